import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import type { Document } from "~/api/program.ts";
import { diff } from "~/ui/Diff.tsx";
import { add, change, lineOf, placed, remove } from "./edits.ts";

const standard = readFileSync("../programs/standard.toml", "utf8");
const find = (source: string, section: Parameters<typeof placed>[1], key: string) =>
  placed(parse(source) as Document, section).find((one) => one.key === key)!;
const changed = (after: string, before = standard) => diff(before, after).filter(({ mark }) => mark !== " ");

test("an edit of a form changes its own line and leaves the others and every comment", async () => {
  const text = await change(standard, find(standard, "track.tier", "buyer.silver").path, { enter: "spend_12m >= 45000" });
  expect(changed(text)).toEqual([
    { mark: "-", text: 'enter = "spend_12m >= 50000 or orders_12m >= 12"' },
    { mark: "+", text: 'enter = "spend_12m >= 45000"' },
  ]);
  const named = await change(standard, find(standard, "unit", "points").path, { "name.en": "Stars", cost: undefined });
  expect(changed(named)).toEqual([
    { mark: "-", text: 'name = { zh-CN = "积分", zh-TW = "積分", en = "Points" }' },
    { mark: "+", text: 'name = { zh-CN = "积分", zh-TW = "積分", en = "Stars" }' },
    { mark: "-", text: 'cost = "0.01"' },
  ]);
});

test("comments beside and between what is changed stay", async () => {
  const source = '# head\n[[metric]] # first\nid = "a" # its id\n# why\nwindow = "lifetime" # long\n\n# second\n[[metric]]\nid = "b"\n';
  expect(await change(source, ["metric", 0], { window: "rolling 12 months" })).toBe(source.replace('"lifetime"', '"rolling 12 months"'));
});

test("an entry is added behind the others and taken away again", async () => {
  const more = await add(standard, "mission.step", ["mission", 0], { id: "second", count: 2, on: ["order.completed"] });
  const mission = find(more, "mission.step", "first-steps.second");
  expect(mission.entry).toEqual({ id: "second", count: 2, on: ["order.completed"] });
  expect(changed(more).every(({ mark }) => mark === "+")).toBe(true);
  const less = await remove(more, mission.path);
  expect(parse(less)).toEqual(parse(standard));
});

test("a table within an entry comes with its first value and goes with its last", async () => {
  const path = find(standard, "earn", "growth").path;
  const capped = await change(standard, path, { "cap.amount": 100, "cap.per": "calendar month" });
  expect(find(capped, "earn", "growth").entry.cap).toEqual({ amount: 100, per: "calendar month" });
  const free = await change(capped, path, { "cap.amount": undefined, "cap.per": undefined });
  expect(parse(free)).toEqual(parse(standard));
});

test("the line of an entry is found, of one within another, too", () => {
  const line = (section: Parameters<typeof placed>[1], key: string) => lineOf(standard, find(standard, section, key).path)!;
  const at = (n: number) => standard.split("\n").slice(n - 1, n + 1);
  expect(at(line("unit", "growth"))).toEqual(["[[unit]]", 'id = "growth"']);
  expect(at(line("track.tier", "buyer.gold"))).toEqual(["[[track.tier]]", 'id = "gold"']);
  expect(at(line("mission.step", "know-how.event"))).toEqual(["[[mission.step]]", 'id = "event"']);
  expect(lineOf(standard, ["metric", 99])).toBeUndefined();
});
