import { decimal } from "~/ui/format.tsx";

/** What so many smallest steps cost, where one whole unit costs so much: exact, as whole numbers of the cost's own last digit; nothing where they cost nothing. */
export function worth(amount: number, scale: number, cost: string): string | undefined {
  const [whole = "0", fraction = ""] = cost.split(".");
  const each = BigInt(`${whole}${fraction}`);
  if (each === 0n) return undefined;
  const steps = BigInt(amount) * each;
  const digits = scale + fraction.length;
  const text = decimal(Number(steps), digits);
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
