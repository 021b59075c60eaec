import { expect, test } from "vitest";
import { readFilter } from "./filter.ts";

test("a number in the address is a text, an unknown sort and an unknown parameter are dropped", () => {
  expect(readFilter({ search: 91, sort: "region", drop: "x", industry: "", columns: "name,region" })).toEqual({
    search: "91",
    columns: "name,region",
  });
  expect(readFilter({ sort: "-name", after: "abc" })).toEqual({ sort: "-name", after: "abc" });
});

test("a track without a tier asks for nothing", () => {
  expect(readFilter({ tier: "gold", track: "buyer" })).toEqual({ tier: "gold", track: "buyer" });
  expect(readFilter({ track: "buyer" })).toEqual({});
});

test("a value of a custom field may be longer than what is typed to search", () => {
  const custom = `note:${"长".repeat(200)}`;
  expect(readFilter({ custom, search: "x".repeat(200) })).toEqual({ custom, search: "x".repeat(100) });
});
