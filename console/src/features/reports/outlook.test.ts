import { expect, test } from "vitest";
import { outlook } from "./outlook.ts";
import type { Row } from "./rows.ts";

const row = (cohort: string, outstanding: number, held: number, expired: number, unit = "points"): Row => ({
  unit,
  cohort,
  outstanding_minor: outstanding,
  held_minor: held,
  expired_minor: expired,
});

test("what lapses and what is released is told by the month of issue; what is granted in between is none of it", () => {
  const now = [row("2026-11", 50, 30, 0), row("2024-03", 100, 0, 20), row("2025-01", 10, 0, 0), row("2026-11", 9, 0, 0, "growth")];
  const then = [
    row("2024-03", 0, 0, 120),
    row("2025-01", 10, 0, 0),
    row("2026-11", 80, 0, 0),
    row("2026-12", 0, 0, 40),
    row("2026-11", 0, 0, 9, "growth"),
  ];
  expect(outlook(now, then, "points")).toEqual([
    { cohort: "2024-03", lapses: 100, released: 0 },
    { cohort: "2026-11", lapses: 0, released: 30 },
  ]);
  expect(outlook(now, then, "growth")).toEqual([{ cohort: "2026-11", lapses: 9, released: 0 }]);
});

test("of a month in which more is granted until then no more lapses than is open today", () => {
  expect(outlook([row("2026-11", 5, 0, 0)], [row("2026-11", 0, 0, 25)], "points")).toEqual([{ cohort: "2026-11", lapses: 5, released: 0 }]);
});
