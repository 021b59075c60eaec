// oxlint-disable unicorn/no-thenable -- `then` is what the server calls the candidate's side.
import { expect, test } from "vitest";
import { issued, monthsOf, outstanding, streams, tracks, type Outcome } from "./outcome.ts";

const none = { issued: 0, taken_back: 0, spent: 0, expired: 0 };
const outcome = {
  tiers_now: { "seller.new": 3, "trade.gold": 2, "trade.silver": 10 },
  tiers_then: { "seller.new": 3, "trade.gold": 5, "trade.silver": 7 },
  moves: [{ track: "trade", from: "silver", to: "gold", members: 3 }],
  months: [
    { unit: "points", month: "2026-02", now: none, then: none, cost_now: "0", cost_then: "0" },
    { unit: "growth", month: "2026-01", now: none, then: none, cost_now: "0", cost_then: "0" },
    { unit: "points", month: "2026-01", now: none, then: { ...none, issued: 9, taken_back: 2 }, cost_now: "0", cost_then: "0" },
  ],
} as unknown as Outcome;

test("a track where somebody moves comes first", () => expect(tracks(outcome)).toEqual(["trade", "seller"]));

test("those who stay are what the moves leave, and the highest tier is on top", () => {
  const { left, right, links } = streams(outcome, "trade", (tier) => ["silver", "gold"].indexOf(tier));
  expect(left.map(({ id }) => id)).toEqual(["gold", "silver"]);
  expect(right).toEqual([
    { id: "gold", count: 5 },
    { id: "silver", count: 7 },
  ]);
  expect(links).toEqual([
    { from: "gold", to: "gold", count: 2 },
    { from: "silver", to: "silver", count: 7 },
    { from: "silver", to: "gold", count: 3 },
  ]);
});

test("months of one unit stand in order, with what was taken back taken off", () => {
  expect(monthsOf(outcome, "points").map(({ month }) => month)).toEqual(["2026-01", "2026-02"]);
  expect(issued(monthsOf(outcome, "points")[0]!.then)).toBe(7);
});

test("a month without a movement stands between the others, and what is outstanding adds up over the months", () => {
  const stream = (change: object) => ({ ...none, ...change });
  const months = [
    { unit: "points", month: "2025-11", now: stream({ issued: 10 }), then: none },
    { unit: "points", month: "2026-02", now: stream({ issued: 5, taken_back: 2, spent: 4, expired: 1 }), then: none },
  ];
  const all = monthsOf({ months } as unknown as Outcome, "points");
  expect(all.map(({ month }) => month)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  expect(outstanding(all.map(({ now }) => now))).toEqual([10, 10, 10, 8]);
  expect(monthsOf({ months } as unknown as Outcome, "growth")).toEqual([]);
});
