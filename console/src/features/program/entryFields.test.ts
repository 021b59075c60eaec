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
  expect(changedEntry("benefit", benefit, { ...filled, tiers: "buyer.gold", amount: "25", disclosure: "true" })).toEqual({
    tiers: ["buyer.gold"],
    amount: 25,
    disclosure: true,
  });
  const points = placed(standard, "unit").find(({ key }) => key === "points")!.entry;
  expect(changedEntry("unit", points, { ...filledEntry("unit", points), pool: "false" })).toEqual({ pool: undefined });
});

test("a name that is one text stays one", () => {
  const entry = { id: "a", name: "A" };
  expect(leaves("unit", entry).map(({ name }) => name)).toContain("name");
  expect(leaves("unit", { id: "a" }).map(({ name }) => name)).toContain("name.zh-TW");
});
