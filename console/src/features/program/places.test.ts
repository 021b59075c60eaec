import { expect, test } from "vitest";
import { offset, place } from "./places.ts";

test("a mistake's place is read from how it is told, and is a letter of the text", () => {
  expect(place("8:1: unknown field `valu`")).toEqual({ line: 8, column: 1 });
  expect(place("TOML parse error at line 3, column 5")).toEqual({ line: 3, column: 5 });
  expect(place("metric `a` is a circle")).toBeUndefined();
  expect(offset("ab\ncd\nef", { line: 3, column: 2 })).toBe(7);
});
