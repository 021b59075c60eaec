import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import type { Document } from "~/api/program.ts";
import { namesOf, suggest, suggestName } from "./suggest.ts";

const names = namesOf(parse(readFileSync("../programs/standard.toml", "utf8")) as Document);
/** The bar is the caret. */
const at = (text: string, asked = false) => suggest(text.replace("|", ""), text.indexOf("|"), names, asked)?.options;

test("keys of the section are told that the entry has not yet", () => {
  expect(at('[[metric]]\nid = "a"\nw|\nwindow = "lifetime"\n[[unit]]\nwhere = ""')).toEqual(["where = "]);
  expect(at("[[track]]\n[[track.tier]]\nk|")).toEqual(["keep = "]);
  expect(at("ti|")).toEqual(["time_zone = "]);
  expect(at("[[earn]]\n|")).toBeUndefined();
  expect(at("[[track.tier]]\n|", true)).toEqual(["id = ", "name = ", "enter = ", "keep = "]);
});

test("sections, choices, kinds of facts and names of the program are told where they can stand", () => {
  expect(at("[[mi|")).toEqual(["[[mission]]", "[[mission.step]]"]);
  expect(at('[[metric]]\nrefunds = "o|"')).toEqual(["order date", "own date"]);
  expect(at('[[metric]]\nrefunds = "order |"')).toEqual(["order date"]);
  expect(at('[[earn]]\non = ["order.completed", "referral.c|"]')).toEqual(["referral.converted"]);
  expect(at('[[earn]]\nunit = "po|"')).toEqual(["points"]);
  expect(at('[[benefit]]\ntiers = ["buyer.g|"]')).toEqual(["buyer.gold"]);
  expect(at('[[mission]]\nreward = { unit = "g|", amount = 3 }')).toEqual(["growth"]);
  expect(at('[[play]]\ntrigger = { mission = "kn|" }')).toEqual(["know-how"]);
  expect(at('[[play]]\ntrigger = { benefit = "pri|" }')).toEqual(["price-list", "priority-service"]);
  expect(at('[[track.tier]]\nenter = "spend_12m >= 5 and ord|"')).toEqual(["orders_12m", "orders_ever"]);
  expect(at('[[earn]]\non = ["payment.received"]\nwhere = "days|"')).toEqual(["days_since_order", "days_late"]);
  expect(at('[[earn]]\namount = "1" # days|')).toBeUndefined();
});

test("a condition on its own is told the names of the program and of the facts that it looks at, and nothing within a text", () => {
  const named = (text: string, kinds: string[] = [], asked = false) =>
    suggestName(text.replace("|", ""), text.indexOf("|"), names, kinds, asked)?.options;
  expect(named("spend_12m >= 5 and orders_1|")).toEqual(["orders_12m"]);
  expect(named("days_l|", ["payment.received"])).toEqual(["days_late"]);
  expect(named("days_l|")).toBeUndefined();
  expect(named("spend_12m >= |")).toBeUndefined();
  expect(named("|", [], true)).toContain("spend_12m");
  expect(named("category = 'orders|")).toBeUndefined();
});
