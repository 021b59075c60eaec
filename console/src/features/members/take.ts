import { api } from "~/api/client.ts";
import type { ListedMember, Member } from "~/api/schema.gen.ts";
import { harmless, writeCsv } from "~/ui/csv.ts";
import { decimal, minorDigits } from "~/ui/format.tsx";
import type { MemberFilter } from "./filter.ts";

/** Rows of one file: beyond that a spreadsheet would not open it, and the server is not to be asked page after page. */
export const ROWS_MAX = 50_000;
const PAGE = 200;

/** A member's field as a file has it: exact, with money in major units. */
export function cell(member: ListedMember, column: string): string {
  if (column === "tier") return harmless((member.stands?.tiers ?? []).map(({ tier }) => tier.name).join("; "));
  if (column === "balances")
    return harmless(
      (member.stands?.balances ?? []).map(({ unit, available, scale }) => `${unit.name} ${decimal(available, scale)}`).join("; "),
    );
  if (column === "tags") return harmless((member.custom?.tags ?? []).join("; "));
  const value = member[column as keyof Member];
  if (value === null || value === undefined) return "";
  if (column === "credit_limit_minor")
    return member.currency ? `${decimal(Number(value), minorDigits(member.currency))} ${member.currency}` : "";
  return typeof value === "number" ? String(value) : harmless(String(value));
}

type Title = { id: string; title: string; text?: (member: ListedMember) => string };

/** Members as a file with the columns that are shown. */
export const fileOf = (members: ListedMember[], columns: Title[]) =>
  // The mark tells spreadsheets that it is UTF-8.
  new Blob(
    [
      "\uFEFF",
      writeCsv([
        columns.map(({ title }) => title),
        ...members.map((member) => columns.map(({ id, text }) => text?.(member) ?? cell(member, id))),
      ]),
    ],
    { type: "text/csv" },
  );

/** All members of a filter in its order, page by page, as a file with the columns that are shown. */
export async function take(
  filter: Omit<MemberFilter, "columns" | "after">,
  columns: Title[],
  seen: (rows: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const members: ListedMember[] = [];
  let after: string | undefined;
  do {
    const { data, error } = await api.GET("/v1/members", { params: { query: { ...filter, after, limit: PAGE } }, signal });
    if (!data) throw error;
    members.push(...data.items);
    seen(members.length);
    after = data.next ?? undefined;
  } while (after && members.length < ROWS_MAX);
  return fileOf(members, columns);
}

export function save(content: Blob, name: string) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
