import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import type { Document } from "~/api/program.ts";
import { changedEntry, filledEntry, leaves } from "./entryFields.ts";
import { FORMS, placed } from "./edits.ts";

const standard = parse(readFileSync("../programs/standard.toml", "utf8")) as Document;

test("every entry of the shipped program is filled in, and unchanged it changes nothing", () => {
  for (const section of FORMS)
    for (const { entry } of placed(standard, section)) expect(changedEntry(section, entry, filledEntry(section, entry))).toEqual({});
});

test("tables are laid out flat, and what is emptied is taken away", () => {
  const mission = placed(standard, "mission").find(({ key }) => key === "three-categories")!.entry;
  const filled = filledEntry("mission", mission);
  expect(filled["streak.reward.amount"]).toBe("2000");
  expect(changedEntry("mission", mission, { ...filled, "streak.every": "6", "reward.unit": "" })).toEqual({
    "reward.unit": undefined,
    "streak.every": 6,
  });
});

test("lists, numbers and switches come back as what the file has them for", () => {
  const benefit = placed(standard, "benefit").find(({ key }) => key === "quotes")!.entry;
  const filled = filledEntry("benefit", benefit);
  expect(filled.tiers).toBe("buyer.silver buyer.gold buyer.diamond");
  expect(
    changedEntry("benefit", benefit, { ...filled, tiers: "buyer.gold", amount: "25", recipient: "person", disclosure: "true" }),
  ).toEqual({
    tiers: ["buyer.gold"],
    amount: 25,
    recipient: "person",
    disclosure: true,
  });
  const points = placed(standard, "unit").find(({ key }) => key === "points")!.entry;
  expect(changedEntry("unit", points, { ...filledEntry("unit", points), pool: "false" })).toEqual({ pool: undefined });
});

test("a price is a table of whatever the systems that price understand", () => {
  const benefit = placed(standard, "benefit").find(({ key }) => key === "price-list")!.entry;
  const filled = filledEntry("benefit", benefit);
  expect(filled.price).toBe('list = "contract"\ndiscount_percent = 3');
  expect(changedEntry("benefit", benefit, { ...filled, price: `${filled.price}\nlimit = { per_order = 5 }` })).toEqual({
    price: { list: "contract", discount_percent: 3, limit: { per_order: 5 } },
  });
});

test("what is not asked any more goes with what asked for it", () => {
  const benefit = placed(standard, "benefit").find(({ key }) => key === "quotes")!.entry;
  expect(changedEntry("benefit", benefit, { ...filledEntry("benefit", benefit), kind: "priced", price: "discount_percent = 3" })).toEqual({
    kind: "priced",
    unit: undefined,
    amount: undefined,
    per: undefined,
    rollover: undefined,
    price: { discount_percent: 3 },
  });
  const alert = { id: "late", where: "overdue_12m >= 2", trigger: { task: "Call", for: "staff", within: "2 days" } };
  const filled = filledEntry("alert", alert);
  expect(filled.trigger).toBe("task");
  expect(changedEntry("alert", alert, { ...filled, trigger: "mission", "trigger.mission": "know-how" })).toEqual({
    "trigger.task": undefined,
    "trigger.for": undefined,
    "trigger.within": undefined,
    "trigger.mission": "know-how",
  });
});

test("a name that is one text stays one", () => {
  const entry = { id: "a", name: "A" };
  expect(leaves("unit", entry).map(({ name }) => name)).toContain("name");
  expect(leaves("unit", { id: "a" }).map(({ name }) => name)).toContain("name.zh-TW");
});
