import { beforeEach, expect, test } from "vitest";
import { current, forget, keep, readViews } from "./views.ts";

beforeEach(() => localStorage.clear());

test("a view is filter, sort and columns, and the page one is at is none of it", () => {
  const views = keep([], "华东", { region: "上海", sort: "name", after: "M9" });
  expect(readViews()).toEqual([{ name: "华东", filter: { region: "上海", sort: "name" } }]);
  expect(current(views, { sort: "name", region: "上海", after: "M3" })?.name).toBe("华东");
  expect(current(views, { region: "上海" })).toBeUndefined();
});

test("a view of the same name is replaced, and one can be forgotten", () => {
  const views = keep(keep([], "a", { region: "x" }), "a", { region: "y" });
  expect(views).toEqual([{ name: "a", filter: { region: "y" } }]);
  expect(forget(views, "a")).toEqual([]);
  expect(readViews()).toEqual([]);
});

test("what is kept and is no list of views is none", () => {
  localStorage.setItem("hansa.views.members", "{");
  expect(readViews()).toEqual([]);
});
