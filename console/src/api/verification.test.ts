import { expect, test } from "vitest";
import type { VerificationCase } from "./schema.gen.ts";
import { mayAppeal, overdue } from "./verification.ts";

const one = (more: Partial<VerificationCase>) =>
  ({ status: "refused", decided_at: "2026-03-01T00:00:00Z", appealed_at: null, ...more }) as VerificationCase;

test("a refusal may be appealed against once, within thirty days", () => {
  expect(mayAppeal(one({}), Date.parse("2026-03-30T00:00:00Z"))).toBe(true);
  expect(mayAppeal(one({}), Date.parse("2026-04-01T00:00:00Z"))).toBe(false);
  expect(mayAppeal(one({ appealed_at: "2026-03-02T00:00:00Z" }), Date.parse("2026-03-03T00:00:00Z"))).toBe(false);
  expect(mayAppeal(one({ status: "approved" }), Date.parse("2026-03-03T00:00:00Z"))).toBe(false);
});

test("while the company is asked, nothing is overdue", () => {
  const deadline = "2026-03-01T00:00:00Z";
  expect(overdue({ status: "open", deadline }, Date.parse("2026-03-02"))).toBe(true);
  expect(overdue({ status: "waiting", deadline }, Date.parse("2026-03-02"))).toBe(false);
});
