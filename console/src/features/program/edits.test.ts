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

test("an edit of a form changes its own line and leaves the others and every comment", () => {
  const text = change(standard, find(standard, "track.tier", "buyer.silver").path, { enter: "spend_12m >= 45000" });
  expect(changed(text)).toEqual([
    { mark: "-", text: 'enter = "spend_12m >= 50000 or orders_12m >= 12"' },
    { mark: "+", text: 'enter = "spend_12m >= 45000"' },
  ]);
  const named = change(standard, find(standard, "unit", "points").path, { "name.en": "Stars", cost: undefined });
  expect(changed(named)).toEqual([
    { mark: "-", text: 'name = { zh-CN = "积分", zh-TW = "積分", en = "Points" }' },
    { mark: "+", text: 'name = { zh-CN = "积分", zh-TW = "積分", en = "Stars" }' },
    { mark: "-", text: 'cost = "0.01"' },
  ]);
});

test("the head of the program is changed where it stands", () => {
  const head = find(standard, "program", "standard");
  expect(head.path).toEqual([]);
  const text = change(standard, head.path, { time_zone: "Asia/Taipei", currency: "TWD", "name.en": "Business club" });
  expect(
    changed(text)
      .filter(({ mark }) => mark === "+")
      .map((line) => line.text),
  ).toEqual([
    'name = { zh-CN = "标准企业会员计划", zh-TW = "標準企業會員計劃", en = "Business club" }',
    'time_zone = "Asia/Taipei"',
    'currency = "TWD"',
  ]);
});

test("comments beside and between what is changed stay", () => {
  const source = '# head\n[[metric]] # first\nid = "a" # its id\n# why\nwindow = "lifetime" # long\n\n# second\n[[metric]]\nid = "b"\n';
  expect(change(source, ["metric", 0], { window: "rolling 12 months" })).toBe(source.replace('"lifetime"', '"rolling 12 months"'));
});

test("an entry is added behind the others and taken away again", () => {
  const more = add(standard, "mission.step", ["mission", 0], { id: "second", count: 2, on: ["order.completed"] });
  const mission = find(more, "mission.step", "first-steps.second");
  expect(mission.entry).toEqual({ id: "second", count: 2, on: ["order.completed"] });
  expect(changed(more).every(({ mark }) => mark === "+")).toBe(true);
  const less = remove(more, mission.path);
  expect(parse(less)).toEqual(parse(standard));
});

test("the first entry of a section stands at the end, the first step of a mission behind it", () => {
  const alerted = add(standard, "alert", [], { id: "late", "name.en": "Late", where: "overdue_12m >= 2", "trigger.task": "Call" });
  expect(alerted).toBe(`${standard.trimEnd()}

[[alert]]
id = "late"
name = { en = "Late" }
where = "overdue_12m >= 2"
trigger = { task = "Call" }
`);
  const missions = '[[mission]]\nid = "a"\n\n# the second\n[[mission]]\nid = "b"\n';
  expect(add(missions, "mission.step", ["mission", 0], { id: "one", count: 2 })).toBe(
    missions.replace("\n\n#", '\n\n[[mission.step]]\nid = "one"\ncount = 2\n\n#'),
  );
});

test("a table within an entry comes with its first value and goes with its last", () => {
  const path = find(standard, "earn", "growth").path;
  const capped = change(standard, path, { "cap.amount": 100, "cap.per": "calendar month" });
  expect(find(capped, "earn", "growth").entry.cap).toEqual({ amount: 100, per: "calendar month" });
  const free = change(capped, path, { "cap.amount": undefined, "cap.per": undefined });
  expect(parse(free)).toEqual(parse(standard));
});

test("a trigger becomes another, and a price gets another part, within its own line", () => {
  const source = '[[alert]]\nid = "late"\nwhere = "overdue_12m >= 2" # twice\ntrigger = { task = "Call", within = "2 days" }\n';
  const other = change(source, ["alert", 0], {
    "trigger.task": undefined,
    "trigger.within": undefined,
    "trigger.mission": "know-how",
  });
  expect(other).toBe(source.replace('{ task = "Call", within = "2 days" }', '{ mission = "know-how" }'));
  const price = find(standard, "benefit", "price-list");
  const dearer = change(standard, price.path, { price: { list: "contract", discount_percent: 5 } });
  expect(changed(dearer)).toEqual([
    { mark: "-", text: 'price = { list = "contract", discount_percent = 3 }' },
    { mark: "+", text: 'price = { list = "contract", discount_percent = 5 }' },
  ]);
});

test("the line of an entry is found, of one within another, too", () => {
  const line = (section: Parameters<typeof placed>[1], key: string) => lineOf(standard, find(standard, section, key).path)!;
  const at = (n: number) => standard.split("\n").slice(n - 1, n + 1);
  expect(at(line("unit", "growth"))).toEqual(["[[unit]]", 'id = "growth"']);
  expect(at(line("track.tier", "buyer.gold"))).toEqual(["[[track.tier]]", 'id = "gold"']);
  expect(at(line("mission.step", "know-how.event"))).toEqual(["[[mission.step]]", 'id = "event"']);
  expect(lineOf(standard, ["metric", 99])).toBeUndefined();
});
