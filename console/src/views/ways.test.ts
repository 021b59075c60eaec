import { expect, test } from "vitest";
import { dayOf, share } from "./ways.tsx";

test("only a number to be reached has a share", () => {
  expect(share({ what: "spend", now: { dec: "25000" }, needed: { dec: "50000" }, op: "Ge" })).toBe(0.5);
  expect(share({ what: "spend", now: null, needed: { int: 12 }, op: "Ge" })).toBe(0);
  expect(share({ what: "overdue", now: { int: 3 }, needed: { int: 2 }, op: "Le" })).toBeUndefined();
  expect(share({ what: "profile.level", now: "null", needed: { text: "verified" }, op: "Eq" })).toBeUndefined();
});

test("the engine's days are those of the calendar", () => {
  expect(dayOf(20_790)).toBe("2026-12-03");
  expect(dayOf(0)).toBe("1970-01-01");
});
