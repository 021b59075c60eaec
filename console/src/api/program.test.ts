import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inForce, nameIn, parse, rankIn } from "./program.ts";

const standard = await parse(readFileSync("../programs/standard.toml", "utf8"));

test("the version in force is the highest number among those in effect", () => {
  const version = (number: number, effective_from: string | null) => ({
    number,
    effective_from,
    applied_at: "2026-01-01T00:00:00Z",
  });
  const all = [version(1, null), version(2, "2026-03-01T00:00:00Z"), version(3, "2027-01-01T00:00:00Z")];
  expect(inForce(all, Date.parse("2026-06-01"))?.number).toBe(2);
  expect(inForce([])).toBeUndefined();
});

test("names of tiers and steps are those of their own track and mission", () => {
  expect(nameIn(standard, "tier.buyer", "gold", "zh-TW")).toBe("金牌會員");
  expect(nameIn(standard, "unit", "points", "zh-CN")).toBe("积分");
  expect(nameIn(standard, "unit", "nothing", "en")).toBeUndefined();
  expect(rankIn(standard, "buyer", "silver")).toBe(1);
});
