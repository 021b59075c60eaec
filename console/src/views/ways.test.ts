import { expect, test } from "vitest";
import { share } from "./ways.tsx";

test("only a number to be reached has a share", () => {
  expect(share({ what: "spend", now: { dec: "25000" }, needed: { dec: "50000" }, op: "Ge" })).toBe(0.5);
  expect(share({ what: "spend", now: null, needed: { int: 12 }, op: "Ge" })).toBe(0);
  expect(share({ what: "overdue", now: { int: 3 }, needed: { int: 2 }, op: "Le" })).toBeUndefined();
  expect(share({ what: "profile.level", now: { text: "none" }, needed: { text: "verified" }, op: "Eq" })).toBeUndefined();
});
