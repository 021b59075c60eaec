import { expect, test } from "vitest";
import { inside } from "./enter.ts";

test("one comes back to a page of this site alone", () => {
  expect(inside("/members/M1?tab=x")).toBe("/members/M1?tab=x");
  for (const outside of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", undefined]) {
    expect(inside(outside)).toBeUndefined();
  }
});
