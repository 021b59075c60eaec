import { expect, test } from "vitest";
import { readRows, replace, retype } from "./rows.ts";

const COLUMNS = ["no", "amount"];
const rows = readRows('line,column,reason,original\n2,amount,no amount,"1,千二"\n3,,too many,"2,1,5"\n', COLUMNS);

test("a row that fits is cut into cells, one that does not stands as its text", () => {
  expect(rows.map((row) => row.cells)).toEqual([["1", "千二"], undefined]);
  expect(retype(rows[1]!, "2,1.5", COLUMNS).cells).toEqual(["2", "1.5"]);
});

test("a replacement touches the picked rows alone, and tells how many", () => {
  const [touched, after] = replace(rows, (row) => row.line === "2", 1, "千二", "1200");
  expect(touched).toBe(1);
  expect(after[0]!.cells).toEqual(["1", "1200"]);
  expect(replace(rows, () => false, 1, "千二", "1200")[0]).toBe(0);
});
