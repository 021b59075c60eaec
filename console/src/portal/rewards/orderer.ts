import { $api } from "~/api/client.ts";
import { had, ORDERS_MAX, type Orderer } from "~/api/reward.ts";
import type { Reward } from "~/api/schema.gen.ts";
import type { Unit } from "~/views/reward.tsx";
import { useOwn } from "../Frame.tsx";

/** Where one's company stands, as far as rewards depend on it: units, the tier of the first track, and what it ordered. */
export function useOrderer() {
  const member = useOwn();
  // What one has now decides what one can have: it is read again whenever this is shown.
  const standing = $api.useQuery(
    "get",
    "/v1/members/{member}/standing",
    { params: { path: { member }, query: { receipts: 5 } } },
    { staleTime: 0 },
  );
  const orders = useOwnOrders();
  const track = standing.data?.tracks[0];
  const balance = (unit: string) => standing.data?.balances.find((one) => one.unit.id === unit);
  return {
    query: { ...standing, data: standing.data && orders.data },
    unit: (id: string): Unit => ({ name: balance(id)?.unit.name ?? id, scale: balance(id)?.scale ?? 0 }),
    tier: (id: string) => track?.ladder.find(({ tier }) => tier.id === id)?.tier.name ?? id,
    balances: standing.data?.balances ?? [],
    of: (reward: Reward): Orderer => ({
      tier: track?.tier.id,
      available: balance(reward.unit)?.available ?? 0,
      had: had(orders.data?.items ?? [], reward.id),
    }),
  };
}

export function useOwnOrders() {
  const member = useOwn();
  return $api.useQuery(
    "get",
    "/v1/members/{member}/redemption-orders",
    { params: { path: { member }, query: { limit: ORDERS_MAX } } },
    { staleTime: 0 },
  );
}
