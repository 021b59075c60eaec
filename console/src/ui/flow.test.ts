import { expect, test } from "vitest";
import { flow } from "./flow.ts";

const shown = flow(
  [
    { id: "gold", count: 1 },
    { id: "silver", count: 999 },
    { id: "none", count: 0 },
  ],
  [
    { id: "gold", count: 101 },
    { id: "silver", count: 899 },
  ],
  [
    { from: "gold", to: "gold", count: 1 },
    { from: "silver", to: "gold", count: 100 },
    { from: "silver", to: "silver", count: 899 },
  ],
);

test("the ends fill the height, and one with a single member still has room for its name", () => {
  expect(shown.left.get("silver")!.bottom).toBeCloseTo(1);
  expect(shown.right.get("silver")!.bottom).toBeCloseTo(1);
  const gold = shown.left.get("gold")!;
  expect(gold.bottom - gold.top).toBeGreaterThan(0.1);
  expect(shown.left.has("none")).toBe(false);
});

test("ribbons leave and arrive in order and fill their ends", () => {
  const [, rose, stayed] = shown.ribbons;
  expect(rose!.left.bottom).toBeCloseTo(stayed!.left.top);
  expect(stayed!.left.bottom).toBeCloseTo(shown.left.get("silver")!.bottom);
  expect(rose!.right.bottom).toBeCloseTo(shown.right.get("gold")!.bottom);
});
