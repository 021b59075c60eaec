import { expect, test } from "vitest";
import type { ListedMember } from "~/api/schema.gen.ts";
import { cell, fileOf } from "./take.ts";

const member = { id: "M1", name: "=1+1", credit_limit_minor: 123_456, currency: "CNY", employees: -5 } as unknown as ListedMember;

test("a file has exact money, and no formula that somebody chose as a name", () => {
  expect(cell(member, "credit_limit_minor")).toBe("1234.56 CNY");
  expect(cell(member, "name")).toBe("'=1+1");
  expect(cell(member, "employees")).toBe("-5");
  expect(cell(member, "region")).toBe("");
  expect(cell({ ...member, custom: { tags: ["=vip", "新"], values: {} } }, "tags")).toBe("'=vip; 新");
});

test("tiers and balances are told as they are named, balances exactly; where nothing is known of them, nothing", () => {
  const named = (id: string, name: string) => ({ id, name });
  const stands = {
    tiers: [{ track: named("buyer", "Buyer"), tier: named("gold", "Gold") }],
    balances: [
      { unit: named("points", "Points"), scale: 0, available: 1200 },
      { unit: named("hours", "Hours"), scale: 1, available: -15 },
    ],
  };
  expect(cell({ ...member, stands }, "tier")).toBe("Gold");
  expect(cell({ ...member, stands }, "balances")).toBe("Points 1200; Hours -1.5");
  expect(cell({ ...member, stands: null }, "tier")).toBe("");
});

test("a column that is no field of the member says itself what the file has of it", async () => {
  const columns = [
    { id: "id", title: "Id" },
    { id: "custom.grade", title: "Grade", text: ({ custom }: ListedMember) => String(custom?.values.grade ?? "") },
  ];
  const members = [{ ...member, custom: { tags: [], values: { grade: "A" } } }, member] as unknown as ListedMember[];
  expect((await fileOf(members, columns).text()).trim().split(/\r?\n/).slice(1)).toEqual(["M1,A", "M1,"]);
});
