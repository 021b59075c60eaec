import { expect, test } from "vitest";
import { share } from "./ways.tsx";

test("only a number to be reached has a share", () => {
  expect(share({ now: "25000", needed: "50000", op: ">=" })).toBe(0.5);
  expect(share({ now: null, needed: "12", op: ">" })).toBe(0);
  expect(share({ now: "3", needed: "2", op: "<=" })).toBeUndefined();
  expect(share({ now: null, needed: "verified", op: "=" })).toBeUndefined();
});
