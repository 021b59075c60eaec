import { expect, test } from "vitest";
import { change, columnOf, map, named, readMapping, writeMapping } from "./mapping.ts";

const TEXT = `kind = "orders"\ntime_zone = "UTC"\n\n[skip]\nwhere = "a = 'b'"\n\n[fields]\namount = '"金额"'\nmember = "Customer"\n`;

test("a mapping keeps what no form shows", () => {
  const mapping = map(change(readMapping(TEXT)!, "currency", "CNY"), "order", named('No "1"'));
  const again = readMapping(writeMapping(mapping))!;
  expect(again.skip).toEqual({ where: "a = 'b'" });
  expect(again.currency).toBe("CNY");
  expect(again.fields).toEqual({ amount: '"金额"', member: "Customer", order: '"No ""1"""' });
});

test("a field or setting that is emptied is gone", () => {
  const mapping = change(map(readMapping(TEXT)!, "member", ""), "time_zone", "");
  expect(mapping.fields.member).toBeUndefined();
  expect("time_zone" in mapping).toBe(false);
});

test("an expression that is a column's name is known as that column", () => {
  expect(columnOf('"金额"', ["金额"])).toBe("金额");
  expect(columnOf("Customer", ["Customer"])).toBe("Customer");
  expect(columnOf("cast(a as decimal)", ["a"])).toBeUndefined();
  expect(columnOf('"No ""1"""', ['No "1"'])).toBe('No "1"');
});

test("what is no TOML is no mapping", () => expect(readMapping("kind = ")).toBeUndefined());
