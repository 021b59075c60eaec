import { expect, test } from "vitest";
import { KINDS } from "~/api/facts.gen.ts";
import { bodyOf } from "./body.ts";

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
