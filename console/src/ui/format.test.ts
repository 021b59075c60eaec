import { expect, test } from "vitest";
import { decimal, formatMoney, formatSteps, minorDigits, steps, formatSpan } from "./format.tsx";

test.each([
  [1234, 2, "12.34"],
  [-5, 1, "-0.5"],
  [0, 3, "0.000"],
  [7, 0, "7"],
  [999_999_999_999_999, 2, "9999999999999.99"],
])("%d steps at scale %d are %s and come back", (value, scale, text) => {
  expect(decimal(value, scale)).toBe(text);
  expect(steps(text, scale)).toBe(value);
});

test("what is finer than the smallest step, or no number, is refused", () => {
  expect(steps("1.25", 1)).toBeUndefined();
  expect(steps("12e3", 0)).toBeUndefined();
  expect(steps("", 0)).toBeUndefined();
  expect(steps("99999999999999999999", 0)).toBeUndefined();
});

test("thousands typed with commas count", () => expect(steps("12,000.5", 1)).toBe(120_005));

test("money keeps every digit that a float would lose", () => {
  expect(formatMoney(900_719_925_474_099, "CNY", "en")).toBe("¥9,007,199,254,740.99");
  expect(formatMoney(500, "JPY", "en")).toBe("¥500");
  expect(minorDigits("JPY")).toBe(0);
  expect(minorDigits("no")).toBe(2);
});

test("units show the digits of their step", () => expect(formatSteps(15, 1, "zh-CN")).toBe("1.5"));

test("a span is told in its largest whole part", () => {
  expect(formatSpan(3 * 86_400_000 + 5, "en")).toBe("3 days");
  expect(formatSpan(2 * 3_600_000, "zh-CN")).toBe("2小时");
  expect(formatSpan(30_000, "en")).toBe("0 minutes");
});
