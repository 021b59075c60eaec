import { expect, test } from "vitest";
import type { Fact } from "~/api/schema.gen.ts";
import { counting, ordersOf } from "./orders.ts";

const fact = (id: string, kind: string, day: string, body: object, corrects?: string) =>
  ({ id, kind, member: "M1", occurred_at: `2026-03-${day}T00:00:00Z`, recorded_at: "", source: "erp", body, corrects }) as unknown as Fact;
const order = (id: string, kind: string, day: string, name: string, amount: number, corrects?: string) =>
  fact(id, `order.${kind}`, day, { order: name, amount, currency: "CNY" }, corrects);
const ids = (facts: Fact[]) => facts.map(({ id }) => id);

test("a fact counts unless one that counts corrects it", () => {
  const [a, b] = [order("a", "placed", "01", "SO-1", 100), order("b", "placed", "01", "SO-1", 200, "a")];
  const c = fact("c", "fact.retracted", "02", { reason: "no" }, "b");
  expect(ids(counting([a]))).toEqual(["a"]);
  expect(ids(counting([a, b]))).toEqual(["b"]);
  // The correction is retracted, so that the first one counts again.
  expect(ids(counting([c, b, a]))).toEqual(["c", "a"]);
});

test("an order goes as far as facts tell, whatever came last is first", () => {
  const facts = [
    order("4", "completed", "09", "SO-1", 90),
    fact("3", "payment.received", "05", { order: "SO-1", amount: 90, currency: "CNY" }),
    order("2", "placed", "10", "SO-2", 500),
    order("1", "placed", "01", "SO-1", 100),
    fact("0", "page.viewed", "11", { page: "/" }),
    order("5", "refunded", "12", "SO-3", 40),
  ];
  const orders = ordersOf(facts);
  expect(orders.map(({ id, state, amount }) => [id, state, amount])).toEqual([
    ["SO-3", "placed", 40],
    ["SO-2", "placed", 500],
    ["SO-1", "completed", 90],
  ]);
  expect(orders[2]!.steps.map(({ step }) => step)).toEqual(["placed", "received", "completed"]);
});

test("what came back is told, and an order of which all came back is returned; a cancelled one is cancelled", () => {
  const done = order("1", "completed", "01", "SO-1", 100);
  const back = (id: string, amount: number) => order(id, "refunded", "02", "SO-1", amount);
  expect(ordersOf([done, back("2", 30)])[0]).toMatchObject({ state: "completed", returned: 30, amount: 100 });
  expect(ordersOf([done, back("2", 30), back("3", 70)])[0]).toMatchObject({ state: "returned", returned: 100 });
  expect(ordersOf([done, fact("4", "order.cancelled", "03", { order: "SO-1" })])[0]).toMatchObject({ state: "cancelled", amount: 100 });
});

test("what was retracted is no order", () => {
  const facts = [order("1", "completed", "01", "SO-1", 100), fact("2", "fact.retracted", "02", { reason: "twice" }, "1")];
  expect(ordersOf(facts)).toEqual([]);
});
