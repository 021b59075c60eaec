import type { RedemptionOrder } from "~/api/schema.gen.ts";
import { api } from "~/api/client.ts";
import type { ORDER_STATES } from "~/api/reward.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Chip, Pairs, type Tone } from "~/ui/Page.tsx";

const TONES: Record<(typeof ORDER_STATES)[number], Tone> = { placed: "wait", fulfilled: "ok", cancelled: "none" };

export function OrderChip({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state as keyof typeof TONES]}>{label("rewards.state.", state)}</Chip>;
}

/** The name of a unit and how many digits its smallest step has behind the point. */
export type Unit = { name: string; scale: number };

/** A price, or what an order costs, in its unit. */
export function Units({ value, unit }: { value: number; unit: Unit }) {
  return (
    <span>
      <Quantity value={value} scale={unit.scale} /> {unit.name}
    </span>
  );
}

/** What is known of an order. */
export function OrderPairs({ order, unit, staff, contact }: { order: RedemptionOrder; unit: Unit; staff?: boolean; contact?: string }) {
  const { t } = useT();
  return (
    <Pairs
      of={[
        [t("rewards.quantity"), <Quantity key="quantity" value={order.quantity} />],
        [t("rewards.cost"), <Units key="cost" value={order.amount} unit={unit} />],
        [t("rewards.placed"), <When key="placed" at={order.placed_at} />],
        [t("rewards.placedBy"), staff && order.placed_by],
        [t("rewards.contact"), staff && (contact ? <bdi>{contact}</bdi> : order.contact)],
        [
          t("rewards.deliverTo"),
          order.deliver_to && (
            <bdi className="any" style={{ whiteSpace: "pre-line" }}>
              {order.deliver_to}
            </bdi>
          ),
        ],
        [t("rewards.ended"), order.ended_at && <When at={order.ended_at} />],
        [t("rewards.endedBy"), staff && order.ended_by],
        [t("rewards.note"), order.note && <bdi className="any">{order.note}</bdi>],
      ]}
    />
  );
}

type Ending = { member: string; order: string; how: "fulfil" | "cancel"; required?: boolean; done: (order: RedemptionOrder) => void };

/** Gives what was ordered, or gives the order up: with a number or a reason that stays on record. */
export function EndOrder({ member, order, how, required, done }: Ending) {
  const { t } = useT();
  const { send, sending, problem } = useSend(
    (note: string | null, once) =>
      api.POST(
        how === "fulfil"
          ? "/v1/members/{member}/redemption-orders/{order}/fulfil"
          : "/v1/members/{member}/redemption-orders/{order}/cancel",
        { params: { path: { member, order } }, body: { note }, ...once },
      ),
    done,
  );
  return (
    <Form
      fields={[
        how === "fulfil"
          ? { name: "note", label: t("rewards.tracking"), hint: t("rewards.trackingHint"), max: 300 }
          : { name: "note", label: t("rewards.why"), kind: "area", required, max: 300 },
      ]}
      submit={t(`rewards.${how}`)}
      danger={how === "cancel"}
      sending={sending}
      problem={problem}
      onSubmit={({ note }) => send(note?.trim() || null)}
    >
      <p className="dim">{t(`rewards.${how}Hint`)}</p>
    </Form>
  );
}
