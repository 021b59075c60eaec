import { expect, test } from "vitest";
import { KINDS } from "~/api/facts.gen.ts";
import { bodyOf, filledOf } from "./body.ts";

test("an order's money goes out in minor units of its own currency", () => {
  const order = KINDS["order.completed"]!;
  expect(
    bodyOf(order, {
      order: "SO-1",
      amount: "12,345.5",
      currency: "cny",
      channel: "",
      lines: "6204-2RS, bearings, 300, 12345.5",
    }),
  ).toEqual({
    order: "SO-1",
    amount: 1_234_550,
    currency: "CNY",
    lines: [{ sku: "6204-2RS", category: "bearings", quantity: "300", amount: 1_234_550 }],
  });
  expect(bodyOf(order, { order: "SO-2", amount: "500", currency: "JPY" })).toEqual({
    order: "SO-2",
    amount: 500,
    currency: "JPY",
  });
});

test("a fact that is corrected is typed as it was sent", () => {
  const order = KINDS["order.completed"]!;
  for (const body of [
    {
      order: "SO-1",
      amount: 1_234_550,
      currency: "CNY",
      lines: [{ sku: "6204", category: "bearings", quantity: "300", amount: 1_234_550 }],
    },
    { order: "SO-2", amount: 500, currency: "JPY", channel: "web" },
    { order: "SO-3", amount: -5, currency: "CNY", lines: [{ amount: -5 }, { sku: "a", amount: 0 }] },
  ])
    expect(bodyOf(order, filledOf(order, body))).toEqual(body);
  const verified = KINDS["member.verified"]!;
  const until = { level: "basic", until: "2027-03-01T08:30:00.000Z" };
  expect(bodyOf(verified, filledOf(verified, until))).toEqual(until);
});
