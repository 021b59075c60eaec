import { expect, test } from "vitest";
import { kind, share } from "./ways.tsx";

test("only a number to be reached has a share", () => {
  expect(share({ now: "25000", needed: "50000", op: ">=" })).toBe(0.5);
  expect(share({ now: null, needed: "12", op: ">" })).toBe(0);
  expect(share({ now: "3", needed: "2", op: "<=" })).toBeUndefined();
  expect(share({ now: null, needed: "verified", op: "=" })).toBeUndefined();
});

test("what is missing is told by its kind: more, less, another value, or the condition as it stands", () => {
  expect(kind({ op: ">=", needed: "50000", gap: "12000.5" })).toBe("more");
  expect(kind({ op: "<=", needed: "2", gap: "-1" })).toBe("less");
  expect(kind({ op: "=", needed: "verified", gap: null })).toBe("reach");
  expect(kind({ op: "<>", needed: "none", gap: null })).toBe("not");
  expect(kind({ op: "=", needed: null, gap: null })).toBe("condition");
});
