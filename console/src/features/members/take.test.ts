import { expect, test } from "vitest";
import type { Member } from "~/api/schema.gen.ts";
import { cell } from "./take.ts";

const member = { id: "M1", name: "=1+1", credit_limit_minor: 123_456, currency: "CNY", employees: -5 } as unknown as Member;

test("a file has exact money, and no formula that somebody chose as a name", () => {
  expect(cell(member, "credit_limit_minor")).toBe("1234.56 CNY");
  expect(cell(member, "name")).toBe("'=1+1");
  expect(cell(member, "employees")).toBe("-5");
  expect(cell(member, "region")).toBe("");
});
