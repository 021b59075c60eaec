import { expect, test } from "vitest";
import { inside, returnTo, takeHash } from "./enter.ts";

test("one comes back to a page of this site alone", () => {
  expect(inside("/members/M1?tab=x")).toBe("/members/M1?tab=x");
  for (const outside of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", undefined]) {
    expect(inside(outside)).toBeUndefined();
  }
});

test("a provider leads back to a path that the server takes", () => {
  expect(returnTo("/members?search=华东&tier=gold#x")).toBe("/members?search=%E5%8D%8E%E4%B8%9C&tier=gold#x");
  expect(returnTo(`/members?search=${"x".repeat(300)}`)).toBeUndefined();
  expect(returnTo("https://evil.example/members")).toBeUndefined();
  expect(returnTo(undefined)).toBeUndefined();
});

test("what a link brings behind # is read once, and stands in no history", () => {
  history.replaceState({ kept: 1 }, "", "/sign-in?to=%2Faccount#problem=identity-taken");
  expect(takeHash()).toBe("problem=identity-taken");
  expect(location.pathname + location.search + location.hash).toBe("/sign-in?to=%2Faccount");
  expect(history.state).toEqual({ kept: 1 });
  expect(takeHash()).toBe("");
});
