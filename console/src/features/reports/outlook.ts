import type { Row } from "./rows.ts";

export type Coming = { cohort: string; lapses: number; released: number };

/**
 * What becomes of the units of each month of issue between two days when nothing else happens: the report of the later day says it, less what is
 * granted in between, which is not owed yet.
 */
export function outlook(now: Row[], then: Row[], unit: string): Coming[] {
  const later = new Map(then.filter((row) => row.unit === unit).map((row) => [row.cohort, row]));
  return now
    .filter((row) => row.unit === unit)
    .map((row) => {
      const of = (from: Row | undefined, column: string) => Number(from?.[`${column}_minor`] ?? 0);
      const after = later.get(row.cohort!);
      const open = of(row, "outstanding") + of(row, "held");
      return {
        cohort: String(row.cohort),
        lapses: Math.max(0, Math.min(open, of(after, "expired") - of(row, "expired"))),
        released: Math.max(0, of(row, "held") - of(after, "held")),
      };
    })
    .filter(({ lapses, released }) => lapses > 0 || released > 0)
    .toSorted((a, b) => a.cohort.localeCompare(b.cohort));
}
