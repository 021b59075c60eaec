import type { Explanation, ReceiptView } from "~/api/schema.gen.ts";

type Told = Pick<Explanation, "as_of" | "receipts" | "receipts_in_all">;

/**
 * What stands in for a receipt that was taken back: a decision has the same key in every replay. `null` where nothing does, and nothing at all where
 * the receipts that were asked for do not reach: not so far back, or not so far ahead.
 */
export function instead({ key, at }: Pick<ReceiptView, "key" | "at">, { as_of, receipts, receipts_in_all }: Told) {
  const found = receipts.find((one) => one.key === key);
  if (found) return found;
  const earliest = receipts.at(-1)?.at;
  const begins = receipts.length === receipts_in_all || (earliest !== undefined && Date.parse(earliest) < Date.parse(at));
  return begins && Date.parse(at) <= Date.parse(as_of) ? null : undefined;
}
