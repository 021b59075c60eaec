import { expect, test } from "vitest";
import { phoneOf, reach, reaches } from "./reach.ts";

test("a phone number is told as E.164, a Chinese mobile with its country in front", () => {
  expect(phoneOf("138 0013 8000")).toBe("+8613800138000");
  expect(phoneOf("+86 138-0013-8000")).toBe("+8613800138000");
  expect(phoneOf("00852 (6123) 4567")).toBe("+85261234567");
  for (const typed of ["", "1380013800", "12345678901", "0591 8765 4321", "+0123456789", "+86 138 0013 8000 ext. 5"])
    expect(phoneOf(typed)).toBeUndefined();
});

test("one field takes an address or a number", () => {
  expect(reach(" li@example.com ")).toEqual({ email: "li@example.com" });
  expect(reach("13800138000")).toEqual({ phone: "+8613800138000" });
  expect(["li@example.com", "13800138000", "li"].map(reaches)).toEqual([true, true, false]);
});
