import type { ReportView } from "~/api/schema.gen.ts";

export type Row = Record<string, string | number | null>;
/** The server answers as CSV, a text, where that is asked for, and else with the rows. */
export const asReport = (answer: unknown) => answer as ReportView;
export const rowsOf = (report: ReportView) => report.rows as unknown as Row[];

/** Exact decimal texts added up in their smallest step, so that no digit is lost. */
export const sum = (rows: Row[], column: string) => rows.reduce((all, row) => all + Number(row[`${column}_minor`] ?? row[column] ?? 0), 0);

/** How many digits a column has behind the point. */
export const digits = (rows: Row[], column: string) =>
  Math.max(0, ...rows.map((row) => (String(row[column] ?? "").split(".")[1] ?? "").length));

export type Account = { account: string; into: number; outOf: number; balance: number };

/** What went into and out of each account of a unit, by the entries of the journal, in smallest steps. */
export function accounts(journal: Row[], unit: string): Account[] {
  const found = new Map<string, Account>();
  const at = (account: string) => {
    const known = found.get(account) ?? { account, into: 0, outOf: 0, balance: 0 };
    found.set(account, known);
    return known;
  };
  for (const row of journal.filter((entry) => entry.unit === unit)) {
    const amount = Number(row.amount_minor);
    const [from, to] = [at(String(row.from)), at(String(row.to))];
    from.outOf += amount;
    from.balance -= amount;
    to.into += amount;
    to.balance += amount;
  }
  return [...found.values()].toSorted((a, b) => a.account.localeCompare(b.account));
}

export type Check = { name: "zero" | "open" | "held"; journal: number; stored: number };

/** What has to be equal when the books balance: all accounts together are nothing, and what the journal leaves is what members have. */
export function checks(journal: Row[], liability: Row[], unit: string): Check[] {
  const all = accounts(journal, unit);
  const balance = (account: string) => all.find((one) => one.account === account)?.balance ?? 0;
  const of = liability.filter((row) => row.unit === unit);
  return [
    { name: "zero", journal: all.reduce((total, one) => total + one.balance, 0), stored: 0 },
    // What is set aside for an order is still owed.
    { name: "open", journal: balance("available") + balance("reserved"), stored: sum(of, "outstanding") },
    { name: "held", journal: balance("held"), stored: sum(of, "held") },
  ];
}
