import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { Tagged } from "./member.ts";
import type { RedemptionOrder, Reward } from "./schema.gen.ts";

export const ORDER_STATES = ["placed", "fulfilled", "cancelled"] as const;
/** Orders of one member that are looked through: to find one of them, and to count how many of a reward it had. */
export const ORDERS_MAX = 200;

export const rewardQuery = (reward: string) =>
  queryOptions({
    queryKey: ["reward", reward],
    queryFn: async ({ signal }): Promise<Tagged<Reward>> => {
      const { data, error, response } = await api.GET("/v1/rewards/{reward}", { params: { path: { reward } }, signal });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });

export type Hindrance = "notYet" | "over" | "tier" | "soldOut" | "limit" | "units";
/** Where a member stands who would like a reward; `available` is of the reward's unit, `had` what it ordered before and did not cancel. */
export type Orderer = { tier: string | undefined; available: number; had: number };

/** Why a reward cannot be ordered, in the order in which the server refuses; nothing where it can. The server decides. */
export function hindrance(reward: Reward, who: Orderer, now = Date.now()): Hindrance | undefined {
  if (reward.from && now < Date.parse(reward.from)) return "notYet";
  if (reward.until && now >= Date.parse(reward.until)) return "over";
  if (reward.tiers.length > 0 && !reward.tiers.includes(who.tier ?? "")) return "tier";
  if (reward.left === 0) return "soldOut";
  if (reward.per_member != null && who.had >= reward.per_member) return "limit";
  if (who.available < reward.price) return "units";
  return undefined;
}

/** How many of a reward can be ordered at once. */
export const most = (reward: Reward, who: Orderer) =>
  Math.max(
    0,
    Math.min(
      1000,
      reward.left ?? Number.POSITIVE_INFINITY,
      (reward.per_member ?? Number.POSITIVE_INFINITY) - who.had,
      Math.floor(who.available / reward.price),
    ),
  );

/** How many of a reward were ordered and not cancelled. */
export const had = (orders: RedemptionOrder[], reward: string) =>
  orders.filter((order) => order.reward === reward && order.state !== "cancelled").reduce((sum, order) => sum + order.quantity, 0);
