import { expect, test } from "vitest";
import type { Member } from "~/api/schema.gen.ts";
import { compared, readTake, withTake } from "./merge.ts";

const member = (of: Partial<Member>) => ({ id: "M1", name: "甲", ...of }) as Member;

test("who chooses is asked only where both have something, and something else", () => {
  const survivor = member({ name: "甲", country: "CN", employees: 0, credit_limit_minor: 100, currency: "CNY" });
  const source = member({ name: "甲公司", country: "CN", region: "上海", employees: 12, credit_limit_minor: 100, currency: "USD" });
  expect(compared({ survivor, source })).toEqual([
    { field: "name", choice: true },
    { field: "country", choice: false },
    { field: "region", choice: false },
    { field: "employees", choice: true },
    { field: "credit_limit", choice: true },
  ]);
});

test("whoever was a member first counts, unless the later day is taken", () => {
  const of = (survivor: string, source: string) =>
    compared({ survivor: member({ registered_at: survivor }), source: member({ registered_at: source }) }).at(-1);
  expect(of("2024-01-01T00:00:00Z", "2023-01-01T00:00:00Z")).toEqual({ field: "registered_at", choice: false });
  expect(of("2023-01-01T00:00:00Z", "2023-01-01T09:00:00Z")).toEqual({ field: "registered_at", choice: false });
  expect(of("2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z")).toEqual({ field: "registered_at", choice: true });
});

test("what is taken stands in the address in one order, and nothing else does", () => {
  expect(readTake("region,name,evil")).toEqual(["name", "region"]);
  expect(readTake(undefined)).toEqual([]);
  expect(withTake(["name", "region"], "country", true)).toBe("name,country,region");
  expect(withTake(["name"], "name", false)).toBeUndefined();
});
