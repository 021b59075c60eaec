import { expect, test } from "vitest";
import { KINDS } from "~/api/facts.gen.ts";
import texts from "~/locales/en/timeline.json";
import { groups } from "./groups.ts";

test("kinds of facts that begin with the same word are one choice, and every kind is in one", () => {
  expect(groups(["order.placed", "page.viewed", "order.paid", "pages.read"])).toEqual(["order.", "page.viewed", "pages.read"]);
  const found = groups(Object.keys(KINDS));
  for (const kind of Object.keys(KINDS)) expect(found.filter((group) => kind.startsWith(group))).toHaveLength(1);
});

test("every choice of several kinds has a text", () => {
  const words = groups(Object.keys(KINDS)).filter((group) => group.endsWith("."));
  for (const word of words) expect(texts).toHaveProperty([`timeline.group.${word.slice(0, -1)}`]);
});
