import { expect, test } from "vitest";
import { cells, harmless, readCsv, writeCsv } from "./csv.ts";

test("quotes, delimiters and line ends within a cell survive both ways", () => {
  const rows = [
    ["a", 'b"c', "d,e"],
    ["多\n行", "", "x"],
  ];
  expect(readCsv(writeCsv(rows))).toEqual(rows);
  expect(readCsv('\uFEFFa;"b;c"\r\n1;2\r\n', ";")).toEqual([
    ["a", "b;c"],
    ["1", "2"],
  ]);
});

test("a row is cut by the delimiter that gives as many cells as there are columns", () => {
  expect(cells("1;2,5;3", 3)).toEqual(["1", "2,5", "3"]);
  expect(cells("1,2,3,4", 3)).toEqual(["1", "2", "3", "4"]);
});

test("what a spreadsheet would take for a formula is disarmed", () => {
  expect(['=HYPERLINK("x")', "+1", "-1", "@a", "\t=1"].map(harmless).every((cell) => cell.startsWith("'"))).toBe(true);
  expect(harmless("华东轴承 = A")).toBe("华东轴承 = A");
});
