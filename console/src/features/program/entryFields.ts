import { KINDS } from "~/api/facts.gen.ts";
import { PERIODS, PROGRAM_KEYS, type ProgramKey } from "~/api/program.gen.ts";
import type { Entry } from "~/api/program.ts";
import { LANGUAGES, useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";
import type { Section, Values } from "./edits.ts";
import type { ProgramNames } from "./suggest.ts";

/** A value of an entry by its place, `cap.amount`; tables are laid out flat. */
type Leaf = Pick<ProgramKey, "type" | "options" | "needed"> & { name: string };

const PARTS: Record<string, Pick<ProgramKey, "type" | "options">> = {
  amount: { type: "whole" },
  every: { type: "whole" },
  unit: { type: "unit" },
  per: { type: "choice", options: ["fact", ...PERIODS] },
};

function leaf(key: ProgramKey, entry: Entry | undefined): Leaf[] {
  if (key.type === "nested") return [];
  if (key.type === "texts" && typeof entry?.name !== "string") return LANGUAGES.map((tag) => ({ name: `name.${tag}`, type: "text" }));
  if (key.type !== "table") return [key];
  return (key.parts ?? []).flatMap((part) =>
    part === "reward"
      ? ["unit", "amount"].map((inner) => ({ name: `${key.name}.reward.${inner}`, ...PARTS[inner]! }))
      : [{ name: `${key.name}.${part}`, ...(PARTS[part] ?? { type: "text" }) }],
  );
}

/** What an entry of a section can say and has a field for. */
export const leaves = (section: Section, entry?: Entry) => (PROGRAM_KEYS[section] ?? []).flatMap((key) => leaf(key, entry));

const within = (entry: Entry | undefined, name: string) =>
  name.split(".").reduce<unknown>((of, step) => (of as Record<string, unknown> | undefined)?.[step], entry);

export function filledEntry(section: Section, entry: Entry | undefined): Filled {
  return Object.fromEntries(
    leaves(section, entry).map(({ name, type }) => {
      const value = within(entry, name);
      if (Array.isArray(value)) return [name, value.join(type === "tiers" ? " " : ", ")];
      return [name, value === undefined || value === false ? "" : String(value)];
    }),
  );
}

function valueOf({ type }: Leaf, typed: string): unknown {
  const text = typed.trim();
  if (text === "" || (type === "boolean" && text !== "true")) return undefined;
  switch (type) {
    case "boolean":
      return true;
    case "whole":
      return Number(text);
    case "kinds":
    case "tiers":
      return text.split(/[,\s]+/).filter(Boolean);
    default:
      return text;
  }
}

/** What differs from what was there, by place; nothing where it was emptied. */
export function changedEntry(section: Section, entry: Entry | undefined, filled: Filled): Values {
  const before = filledEntry(section, entry);
  return Object.fromEntries(
    leaves(section, entry)
      .filter(({ name, type }) =>
        type === "boolean" ? (filled[name] === "true") !== (before[name] === "true") : filled[name] !== before[name],
      )
      .map((one) => [one.name, valueOf(one, filled[one.name] ?? "")]),
  );
}

const CHECKS: Partial<Record<ProgramKey["type"], (typed: string) => boolean>> = {
  whole: (typed) => /^-?\d{1,15}$/.test(typed),
  day: (typed) => /^\d{4}-\d\d-\d\d$/.test(typed),
  kinds: (typed) => typed.split(/[,\s]+/).every((kind) => kind === "" || kind in KINDS),
};

/** Conditions are checked by the server with the whole program; here only what can be seen at once. */
export function useEntryFields(section: Section, entry: Entry | undefined, names: ProgramNames): Field[] {
  const { t, label } = useT();
  return leaves(section, entry).map((one): Field => {
    const told = one.name.split(".").map((word) => label("program.key.", word));
    const shared = { name: one.name, label: told.join(" · "), required: one.name === "id", check: CHECKS[one.type] };
    const choice = (options: string[]): Field => ({
      ...shared,
      kind: "select",
      options: options.map((value) => ({ value, label: value })),
    });
    switch (one.type) {
      case "choice":
        return choice(one.options ?? []);
      case "unit":
        return choice(names.units);
      case "boolean":
        return { ...shared, kind: "switch" };
      case "tiers":
        return { ...shared, kind: "many", options: names.tiers.map((value) => ({ value, label: value })) };
      case "expression":
        return { ...shared, kind: "area", rows: 3, max: 4000 };
      case "kinds":
        return { ...shared, hint: t("program.kindsHint") };
      case "whole":
        return { ...shared, kind: "amount", hint: t("program.wholeHint") };
      case "day":
        return { ...shared, hint: t("program.dayHint") };
      default:
        return one.options ? { ...shared, hint: one.options.join(" · ") } : { ...shared, max: 200 };
    }
  });
}
