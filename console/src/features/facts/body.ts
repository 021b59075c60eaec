import type { FactField } from "~/api/facts.gen.ts";
import { decimal, localInput, minorDigits, steps } from "~/ui/format.tsx";

/** One line of an order as it is typed: `sku, category, quantity, amount`. */
function line(typed: string, digits: number) {
  const [sku, category, quantity, amount] = typed.split(/[,，]/).map((part) => part.trim());
  return {
    ...(sku && { sku }),
    ...(category && { category }),
    ...(quantity && { quantity }),
    amount: steps(amount ?? "", digits) ?? 0,
  };
}

/** The body of a fact out of what was typed; what was left empty is left out. */
export function bodyOf(fields: FactField[], filled: Record<string, string>): Record<string, never> {
  const digits = minorDigits(filled.currency || "CNY");
  const value = ({ type }: FactField, typed: string): unknown => {
    if (type === "money") return steps(typed, digits);
    if (type === "whole") return Number(typed);
    if (type === "instant") return new Date(typed).toISOString();
    if (type === "lines")
      return typed
        .split("\n")
        .filter((one) => one.trim())
        .map((one) => line(one, digits));
    if (type === "currency") return typed.toUpperCase();
    return typed;
  };
  const pairs = fields.flatMap((field) => {
    const typed = filled[field.name]?.trim();
    return typed ? [[field.name, value(field, typed)]] : [];
  });
  return Object.fromEntries(pairs);
}

type Line = { sku?: string; category?: string; quantity?: string; amount: number };

/** The other way round: a body as it would be typed, to be corrected. */
export function filledOf(fields: FactField[], body: Record<string, unknown>): Record<string, string> {
  const digits = minorDigits(String(body.currency ?? "CNY"));
  const typed = ({ type }: FactField, value: unknown): string => {
    if (type === "money") return decimal(Number(value), digits);
    if (type === "instant") return localInput(String(value));
    if (type === "lines")
      return (value as Line[])
        .map(({ sku = "", category = "", quantity = "", amount }) => [sku, category, quantity, decimal(amount, digits)].join(", "))
        .join("\n");
    return String(value);
  };
  return Object.fromEntries(fields.filter(({ name }) => body[name] != null).map((field) => [field.name, typed(field, body[field.name])]));
}

export const fits = ({ type }: FactField) => {
  if (type === "money") return (typed: string) => steps(typed, 4) !== undefined;
  if (type === "whole") return (typed: string) => /^-?\d+$/.test(typed);
  if (type === "decimal") return (typed: string) => /^-?\d+(\.\d+)?$/.test(typed);
  if (type === "currency") return (typed: string) => /^[A-Za-z]{3}$/.test(typed);
  return undefined;
};
