import { expect, test } from "vitest";
import type { RedemptionOrder, Reward } from "./schema.gen.ts";
import { had, hindrance, most } from "./reward.ts";

const calliper = {
  id: "calliper",
  name: "Calliper",
  names: {},
  descriptions: {},
  unit: "points",
  price: 400,
  stock: 10,
  left: 3,
  per_member: 2,
  tiers: ["gold"],
  from: "2026-03-01T00:00:00Z",
  until: "2026-04-01T00:00:00Z",
  open: true,
  created_at: "2026-01-01T00:00:00Z",
} as Reward;
const rich = { tier: "gold", available: 5000, had: 0 };
const march = Date.parse("2026-03-15T00:00:00Z");

test("a reward can be had by whom it is for, and what stands in the way is named as the server would", () => {
  expect(hindrance(calliper, rich, march)).toBeUndefined();
  expect(hindrance(calliper, rich, Date.parse("2026-02-28T23:59:59Z"))).toBe("notYet");
  expect(hindrance(calliper, rich, Date.parse("2026-04-01T00:00:00Z"))).toBe("over");
  expect(hindrance(calliper, { ...rich, tier: "silver" }, march)).toBe("tier");
  expect(hindrance({ ...calliper, tiers: [] }, { ...rich, tier: undefined }, march)).toBeUndefined();
  expect(hindrance({ ...calliper, left: 0 }, { ...rich, available: 0 }, march)).toBe("soldOut");
  expect(hindrance(calliper, { ...rich, had: 2 }, march)).toBe("limit");
  expect(hindrance(calliper, { ...rich, available: 399 }, march)).toBe("units");
});

test("no more can be asked for than are left, allowed and paid for", () => {
  expect(most(calliper, rich)).toBe(2);
  expect(most({ ...calliper, per_member: null }, rich)).toBe(3);
  expect(most({ ...calliper, per_member: null, left: null }, rich)).toBe(12);
  expect(most(calliper, { ...rich, available: 100 })).toBe(0);
});

test("a cancelled order counts against no limit", () => {
  const order = (quantity: number, state: string, reward = "calliper") => ({ quantity, state, reward }) as RedemptionOrder;
  expect(had([order(2, "fulfilled"), order(1, "placed"), order(5, "cancelled"), order(9, "placed", "gloves")], "calliper")).toBe(3);
});
