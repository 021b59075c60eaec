import { expect, test } from "vitest";
import type { Reward } from "~/api/schema.gen.ts";
import { changes, filledReward, rewardOf } from "./fields.ts";

const reward: Reward = {
  id: "hours",
  name: "An hour",
  names: { en: "An hour", "zh-CN": "一小时" },
  descriptions: {},
  unit: "service_hours",
  price: 15,
  stock: 4,
  left: 3,
  per_member: null,
  tiers: ["gold", "diamond"],
  from: null,
  until: "2026-12-31T16:00:00.000Z",
  open: true,
  created_at: "2026-01-01T00:00:00Z",
};

test("a reward filled in and read again is the same, in the smallest steps of its unit", () => {
  const { names, descriptions, category, price, stock, per_member, tiers, from, until } = { category: null, ...reward };
  expect(filledReward(reward, 1).price).toBe("1.5");
  expect(rewardOf(filledReward(reward, 1), 1)).toEqual({ names, descriptions, category, price, stock, per_member, tiers, from, until });
});

test("only what was changed is sent; what was emptied is taken away", () => {
  const before = filledReward(reward, 1);
  expect(changes(before, before, 1)).toEqual({});
  expect(changes(before, { ...before, price: "2", stock: "", tiers: "gold", open: "false" }, 1)).toEqual({
    price: 20,
    stock: null,
    tiers: ["gold"],
    open: false,
  });
  expect(changes(before, { ...before, "names.en": "" }, 1)).toEqual({ names: { "zh-CN": "一小时" } });
});
