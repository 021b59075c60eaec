import { useT, type Language } from "~/i18n/index.ts";

/** A whole number of smallest steps as an exact decimal text: 1234 with scale 2 is `12.34`. */
export function decimal(steps: number, scale: number): string {
  if (!scale) return String(steps);
  const digits = String(Math.abs(steps)).padStart(scale + 1, "0");
  return `${steps < 0 ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The other way round; `undefined` when it is no number, or finer than the smallest step. */
export function steps(text: string, scale: number): number | undefined {
  const found = /^\s*([-−]?)(\d+)(?:[.．](\d+))?\s*$/.exec(text.replaceAll(/[,，\s]/g, ""));
  if (!found) return undefined;
  const [, sign, whole, fraction = ""] = found;
  if (fraction.length > scale) return undefined;
  const number = Number(`${whole}${fraction.padEnd(scale, "0")}`);
  return Number.isSafeInteger(number) ? (sign ? -number : number) : undefined;
}

/** How many digits of its currency one minor unit is worth. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

// Intl takes an exact decimal text, so that nothing passes through a float on its way to the screen.
const exact = (text: string) => text as unknown as number;

export const formatSteps = (value: number, scale: number, language: Language) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: scale, maximumFractionDigits: scale }).format(exact(decimal(value, scale)));

export function formatDecimal(text: string, language: Language) {
  return /^-?\d+(\.\d+)?$/.test(text) ? new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(exact(text)) : text;
}

export function formatMoney(minor: number, currency: string, language: Language) {
  const text = decimal(minor, minorDigits(currency));
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(exact(text));
  } catch {
    return `${text} ${currency}`;
  }
}

export function formatDay(at: string, language: Language) {
  // A day without an hour is the same day everywhere.
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(at);
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", ...(whole && { timeZone: "UTC" }) }).format(new Date(at));
}

export const formatTime = (at: string, language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

export function Quantity({ value, scale = 0, signed }: { value: number; scale?: number; signed?: boolean }) {
  const { language } = useT();
  return (
    <span className="tnum">
      {signed && value > 0 ? "+" : ""}
      {formatSteps(value, scale, language)}
    </span>
  );
}

export function Decimal({ text }: { text: string | null | undefined }) {
  const { language } = useT();
  return <span className="tnum">{text == null ? "–" : formatDecimal(text, language)}</span>;
}

export function Money({ minor, currency }: { minor: number; currency: string }) {
  const { language } = useT();
  return <span className="tnum">{formatMoney(minor, currency, language)}</span>;
}

export function Day({ at }: { at: string }) {
  const { language } = useT();
  return (
    <time className="tnum" dateTime={at}>
      {formatDay(at, language)}
    </time>
  );
}

export function When({ at }: { at: string }) {
  const { language } = useT();
  return (
    <time className="tnum" dateTime={at} title={new Date(at).toISOString()}>
      {formatTime(at, language)}
    </time>
  );
}

const SPANS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
] as const;

/** How long ago something was, in the largest span that is whole: 3 days, 2 hours. */
export function formatSpan(ms: number, language: Language) {
  const [span, unit] = SPANS.find(([span]) => ms >= span) ?? SPANS[2];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.max(0, Math.floor(ms / span)));
}

const passed = (since: string, now = Date.now()) => now - Date.parse(since);

export function Waiting({ since }: { since: string }) {
  const { language } = useT();
  return <span className="tnum">{formatSpan(passed(since), language)}</span>;
}

/** `2026-11-25T09:30`, as a field for date and time wants it, in the time of this machine. */
export function localInput(at: string | undefined): string {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const instant = (text: string): string | undefined => (text ? new Date(text).toISOString() : undefined);
