/** Rows of delimited text (RFC 4180); a quote doubled in quotes is one. */
export function readCsv(text: string, delimiter = ","): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length; at++) {
    const letter = text[at]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at]!;
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === delimiter) endCell();
    else if (letter === "\n") endRow();
    else if (letter !== "\r" || text[at + 1] !== "\n") cell += letter;
  }
  if (cell !== "" || row.length > 0) endRow();
  return rows;
}

const written = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const writeCsv = (rows: string[][]) => rows.map((row) => `${row.map(written).join(",")}\n`).join("");

const DELIMITERS = [",", ";", "\t", "|"];

/** The cells of a row as it stood in its file, cut where it comes to as many as there are columns; else at the delimiter that most rows are cut at. */
export function cells(original: string, columns: number, usual = ","): string[] {
  const cut = (delimiter: string) => readCsv(original, delimiter)[0] ?? [""];
  const fits = [usual, ...DELIMITERS].map(cut).find((row) => row.length === columns);
  return fits ?? cut(usual);
}

/** A text as a spreadsheet may open it: what it would take for a formula is disarmed by an apostrophe. */
export const harmless = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
