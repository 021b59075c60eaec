import { expect, test } from "vitest";
import { accounts, checks, digits, sum } from "./rows.ts";

const journal = [
  { unit: "points", from: "issued", to: "available", amount: "100", amount_minor: 100 },
  { unit: "points", from: "available", to: "held", amount: "30", amount_minor: 30 },
  { unit: "hours", from: "issued", to: "available", amount: "1.5", amount_minor: 15 },
];
const liability = [
  { unit: "points", outstanding: "60", outstanding_minor: 60, held: "30", held_minor: 30 },
  { unit: "points", outstanding: "10", outstanding_minor: 10, held: "0", held_minor: 0 },
];

test("each entry leaves one account and enters another", () => {
  expect(accounts(journal, "points")).toEqual([
    { account: "available", into: 100, outOf: 30, balance: 70 },
    { account: "held", into: 30, outOf: 0, balance: 30 },
    { account: "issued", into: 0, outOf: 100, balance: -100 },
  ]);
});

test("the books balance when the accounts come to nothing and the journal leaves what members have", () => {
  expect(checks(journal, liability, "points").every(({ journal: told, stored }) => told === stored)).toBe(true);
  const short = checks(journal.slice(0, 1), liability, "points");
  expect(short.find(({ name }) => name === "held")).toEqual({ name: "held", journal: 0, stored: 30 });
});

test("units that are set aside for an order are still outstanding, and the books balance", () => {
  const reserved = { day: "2026-02-02", unit: "points", from: "available", to: "reserved", amount: "2.0", amount_minor: 20 };
  expect(checks([...journal, reserved], liability, "points").every(({ journal: told, stored }) => told === stored)).toBe(true);
});

test("decimals are added in their smallest step", () => {
  expect(
    sum(
      [
        { a: "0.1", a_minor: 1 },
        { a: "0.2", a_minor: 2 },
      ],
      "a",
    ),
  ).toBe(3);
  expect(digits(journal, "amount")).toBe(1);
});
