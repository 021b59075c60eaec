import { useT } from "~/i18n/index.ts";

const LENGTH = /^(\d+) (hour|day|week|month|year)s?$/;

/** What the program says by words of its own (`at once`, `every calendar quarter`, `60 days`), in the reader's language; else as it is written. */
export function useWords() {
  const { t, label, language } = useT();
  return function word(value: string): string {
    const [, before, rest] = /^(every|rolling) (.+)$/.exec(value) ?? [];
    if (rest) return t(before === "every" ? "program.every" : "program.rolling", { period: word(rest) });
    const [, count, unit] = LENGTH.exec(value) ?? [];
    if (unit) return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Number(count));
    return label("program.word.", value);
  };
}
