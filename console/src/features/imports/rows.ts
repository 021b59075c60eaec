import { cells, readCsv } from "~/ui/csv.ts";

/** A refused row to be mended: cut into cells where it has as many as there are columns, else as its text. */
export type Row = { line: string; column: string; reason: string; text: string; cells?: string[] };

/** The rows of a file of rejects (`line,column,reason,original`). */
export function readRows(rejects: string, columns: string[]): Row[] {
  const read = readCsv(rejects).slice(1);
  return read.map(([line = "", column = "", reason = "", text = ""]) => {
    const cut = cells(text, columns.length);
    return { line, column, reason, text, ...(cut.length === columns.length && { cells: cut }) };
  });
}

/** The row with its text typed anew. */
export function retype(row: Row, text: string, columns: string[]): Row {
  const { cells: _, ...rest } = row;
  const cut = cells(text, columns.length);
  return { ...rest, text, ...(cut.length === columns.length && { cells: cut }) };
}

export const put = (row: Row, at: number, value: string): Row => ({
  ...row,
  cells: row.cells?.map((cell, n) => (n === at ? value : cell)),
});

/** How many of the rows a replacement touches, and the rows after it. A text that is empty stands for cells that are. */
export function replace(rows: Row[], picked: (row: Row) => boolean, at: number, from: string, to: string): [number, Row[]] {
  let touched = 0;
  const after = rows.map((row) => {
    const cell = row.cells?.[at];
    if (cell === undefined || !picked(row) || !(from ? cell.includes(from) : cell === "")) return row;
    touched += 1;
    return put(row, at, from ? cell.replaceAll(from, to) : to);
  });
  return [touched, after];
}
