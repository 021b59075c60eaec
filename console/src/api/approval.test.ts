import { expect, test } from "vitest";
import { asksForTwo, waits, whyNot } from "./approval.ts";

const adjustment = { action: "adjust_points", asked_by: "staff:li" };

test("who asked does not decide, nor does whoever might not do it alone", () => {
  const all = () => true;
  expect(whyNot(adjustment, { id: "li" }, all)).toBe("own");
  expect(whyNot(adjustment, { id: "chen" }, all)).toBeUndefined();
  expect(whyNot({ ...adjustment, asked_by: "key:li" }, { id: "li" }, all)).toBeUndefined();
  expect(whyNot(adjustment, { id: "chen" }, (operation) => operation !== "approve")).toBe("role");
  expect(whyNot({ action: "apply_program", asked_by: "staff:li" }, { id: "chen" }, (operation) => operation !== "apply_program")).toBe(
    "role",
  );
});

test("what waits is told from what was done", () => {
  expect(waits({ ...adjustment, id: "apv_1", asked_at: "2026-11-28T06:00:00Z", state: "open" })).toBe(true);
  expect(waits({ id: "fact_1", known: false })).toBe(false);
});

test("a limit is of one unit, holds for taking as for giving, and is itself within reach of one person", () => {
  const above = { points: 1000, stars: 0 };
  expect(asksForTwo(above, "points", 1000)).toBe(false);
  expect(asksForTwo(above, "points", -1001)).toBe(true);
  expect(asksForTwo(above, "stars", 1)).toBe(true);
  expect(asksForTwo(above, "hours", 9_999_999)).toBe(false);
});
