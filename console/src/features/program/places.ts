export type Place = { line: number; column: number };

/** Where a mistake is, by the line and column that its text begins with or names. */
export function place(problem: string): Place | undefined {
  const found = /(?:line\s+|^|:)(\d+)(?::|,\s*column\s+)(\d+)/.exec(problem);
  return found ? { line: Number(found[1]), column: Number(found[2]) } : undefined;
}

/** How many letters stand before a line and column. */
export const offset = (source: string, { line, column }: Place) =>
  source
    .split("\n")
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, 0) +
  column -
  1;
