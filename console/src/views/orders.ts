import type { Fact } from "~/api/schema.gen.ts";

/** Facts by a name, in the order in which the names come; those without one are left out. */
function grouped(facts: Fact[], name: (fact: Fact) => string | null | undefined): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const of = name(fact);
    if (of)
      groups
        .set(of, groups.get(of) ?? [])
        .get(of)!
        .push(fact);
  }
  return groups;
}

/** Facts that count: one that another corrects does not, as long as that other one counts itself. */
export function counting(facts: Fact[]): Fact[] {
  const corrections = grouped(facts, ({ corrects }) => corrects);
  const known = new Map<string, boolean>();
  const counts = (fact: Fact): boolean => {
    const before = known.get(fact.id);
    if (before !== undefined) return before;
    known.set(fact.id, true);
    const does = !(corrections.get(fact.id) ?? []).some(counts);
    known.set(fact.id, does);
    return does;
  };
  return facts.filter(counts);
}

export const STEPS = ["placed", "paid", "completed", "cancelled", "refunded", "received"] as const;
export type Step = (typeof STEPS)[number];
const STEP: Record<string, Step> = {
  "order.placed": "placed",
  "order.paid": "paid",
  "order.completed": "completed",
  "order.cancelled": "cancelled",
  "order.refunded": "refunded",
  "payment.received": "received",
};

export type OrderLine = { sku?: string; category?: string; quantity?: string; amount: number };
type Body = { order?: string; amount?: number; currency?: string; lines?: OrderLine[] };
export type Told = { fact: string; step: Step; at: string; amount?: number };
export type Order = {
  id: string;
  /** What it came to last, in minor units. */
  amount?: number;
  currency?: string;
  /** How much of it came back. */
  returned: number;
  state: "placed" | "paid" | "completed" | "cancelled" | "returned";
  /** What was told of it, the earliest first. */
  steps: Told[];
  lines: OrderLine[];
};

/** Orders and how far they are, as far as facts tell; the one of which was told last first. */
export function ordersOf(facts: Fact[]): Order[] {
  const groups = grouped(counting(facts), ({ kind, body }) => STEP[kind] && (body as Body).order);
  const orders = [...groups].map(([id, all]): Order => {
    const inTime = all.toSorted((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at));
    const steps = inTime.map(({ id: fact, kind, occurred_at, body }): Told => ({
      fact,
      step: STEP[kind]!,
      at: occurred_at,
      amount: (body as Body).amount,
    }));
    const goods = inTime.filter(({ kind }) => ["placed", "paid", "completed"].includes(STEP[kind]!)).map(({ body }) => body as Body);
    const { amount, currency } = goods.at(-1) ?? (inTime.at(-1)!.body as Body);
    const returned = steps.filter(({ step }) => step === "refunded").reduce((sum, { amount: back = 0 }) => sum + back, 0);
    const has = (step: Step) => steps.some((one) => one.step === step);
    const state = has("cancelled")
      ? "cancelled"
      : returned > 0 && goods.length > 0 && returned >= (amount ?? 0)
        ? "returned"
        : has("completed")
          ? "completed"
          : has("paid") || has("received")
            ? "paid"
            : "placed";
    return { id, amount, currency, returned, state, steps, lines: goods.findLast(({ lines }) => lines?.length)?.lines ?? [] };
  });
  const last = ({ steps }: Order) => Date.parse(steps.at(-1)!.at);
  return orders.toSorted((a, b) => last(b) - last(a));
}
