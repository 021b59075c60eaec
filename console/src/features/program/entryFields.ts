import { parse, stringify } from "smol-toml";
import { KINDS } from "~/api/facts.gen.ts";
import { PERIODS, PROGRAM_KEYS, type ProgramKey } from "~/api/program.gen.ts";
import { textOf, type Document, type Entry } from "~/api/program.ts";
import { LANGUAGES, useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";
import { placed, type Section, type Values } from "./edits.ts";
import { namesOf, suggestName } from "./suggest.ts";
import { useWords } from "./words.ts";

type Kind = ProgramKey["type"] | "mission" | "benefit";
/** A value of an entry by its place, `cap.amount`; tables are laid out flat. */
type Leaf = { name: string; type: Kind; options?: string[]; needed?: boolean };

const PARTS: Record<string, Omit<Leaf, "name">> = {
  amount: { type: "whole" },
  every: { type: "whole" },
  unit: { type: "unit" },
  per: { type: "choice", options: ["fact", ...PERIODS] },
  for: { type: "choice", options: ["account_manager", "staff"] },
  mission: { type: "mission" },
  benefit: { type: "benefit" },
};
/** What a task has besides: of the other triggers each is one word. */
const OF_TASKS = ["task", "for", "within"];

const metered = ({ kind }: Filled) => !kind || kind === "metered";
const personal = ({ recipient }: Filled) => recipient === "person";
/** Keys that have a meaning only beside others; where they have none they are neither asked nor written. */
const ONLY: Partial<Record<Section, Record<string, (filled: Filled) => boolean>>> = {
  benefit: {
    unit: metered,
    amount: metered,
    per: metered,
    rollover: metered,
    priority: metered,
    price: ({ kind }) => kind === "priced",
    company_consent: personal,
    cap: personal,
    disclosure: personal,
  },
};
function shown(section: Section, name: string) {
  const part = /^trigger\.(.+)$/.exec(name)?.[1];
  if (!part) return ONLY[section]?.[name];
  return ({ trigger }: Filled) => (OF_TASKS.includes(part) ? "task" : part) === trigger;
}

function leaf(key: ProgramKey, entry: Entry | undefined): Leaf[] {
  if (key.type === "nested") return [];
  if (key.type === "texts" && typeof entry?.name !== "string") return LANGUAGES.map((tag) => ({ name: `name.${tag}`, type: "text" }));
  if (!key.parts) return [key];
  const chosen: Leaf[] = key.type === "trigger" ? [{ name: key.name, type: "trigger" }] : [];
  const parts = key.parts.flatMap((part): Leaf[] =>
    part === "reward"
      ? ["unit", "amount"].map((inner) => ({ name: `${key.name}.reward.${inner}`, ...PARTS[inner]! }))
      : [{ name: `${key.name}.${part}`, ...(PARTS[part] ?? { type: "text" }) }],
  );
  return [...chosen, ...parts];
}

/** What an entry of a section can say and has a field for. */
export const leaves = (section: Section, entry?: Entry) => (PROGRAM_KEYS[section] ?? []).flatMap((key) => leaf(key, entry));

const within = (entry: Entry | undefined, name: string) =>
  name.split(".").reduce<unknown>((of, step) => (of as Record<string, unknown> | undefined)?.[step], entry);

export function filledEntry(section: Section, entry: Entry | undefined): Filled {
  return Object.fromEntries(
    leaves(section, entry).map(({ name, type }) => {
      const value = within(entry, name);
      if (type === "trigger") return [name, Object.keys(value ?? {}).find((one) => one === "task" || !OF_TASKS.includes(one)) ?? ""];
      if (type === "pairs") return [name, value ? stringify(value).trim() : ""];
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
    case "pairs":
      return parse(text);
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
  const said = (name: string) => (shown(section, name)?.(filled) === false ? "" : (filled[name] ?? ""));
  return Object.fromEntries(
    leaves(section, entry)
      .filter(({ name, type }) => {
        if (type === "trigger") return false;
        return type === "boolean" ? (said(name) === "true") !== (before[name] === "true") : said(name) !== before[name];
      })
      .map((one) => [one.name, valueOf(one, said(one.name))]),
  );
}

function readable(typed: string) {
  try {
    return Boolean(parse(typed));
  } catch {
    return false;
  }
}
const CHECKS: Partial<Record<Kind, (typed: string) => boolean>> = {
  pairs: readable,
  whole: (typed) => /^-?\d{1,15}$/.test(typed),
  day: (typed) => /^\d{4}-\d\d-\d\d$/.test(typed),
  kinds: (typed) => typed.split(/[,\s]+/).every((kind) => kind === "" || kind in KINDS),
};

/** Conditions are checked by the server with the whole program; here only what can be seen at once. */
export function useEntryFields(section: Section, entry: Entry | undefined, document: Document): Field[] {
  const { t, label, language } = useT();
  const word = useWords();
  const offered = (of: Section) =>
    placed(document, of).map(({ key, entry: one }) => ({ value: key, label: `${textOf(one.name, language) ?? one.id} (${key})` }));
  const names = namesOf(document);
  const currencies = new Intl.DisplayNames(language, { type: "currency" });
  /** All that the browser knows of, and what the program says, should it be another. */
  const listed = (of: "timeZone" | "currency", name: string) =>
    [...new Set([...Intl.supportedValuesOf(of), ...[entry?.[name]].filter((one) => typeof one === "string")])].map((value) => ({
      value,
      label: of === "currency" ? `${value} · ${currencies.of(value)}` : value,
    }));
  return leaves(section, entry).map((one): Field => {
    const told = one.name.split(".").map((part) => label("program.key.", part));
    const shared = {
      name: one.name,
      label: told.join(" · "),
      required: one.name === "id",
      check: CHECKS[one.type],
      shown: shown(section, one.name),
    };
    if (section === "program" && one.name === "time_zone") return { ...shared, kind: "select", options: listed("timeZone", one.name) };
    if (section === "program" && one.name === "currency") return { ...shared, kind: "select", options: listed("currency", one.name) };
    switch (one.type) {
      case "choice":
        return { ...shared, kind: "select", options: (one.options ?? []).map((value) => ({ value, label: word(value) })) };
      case "trigger":
        return {
          ...shared,
          kind: "select",
          options: ["task", "webhook", "mission", "benefit"].map((value) => ({ value, label: label("program.key.", value) })),
        };
      case "unit":
      case "mission":
      case "benefit":
        return { ...shared, kind: "select", options: offered(one.type) };
      case "boolean":
        return { ...shared, kind: "switch" };
      case "tiers":
        return { ...shared, kind: "many", options: offered("track.tier") };
      case "expression":
        return {
          ...shared,
          kind: "area",
          rows: 3,
          max: 4000,
          suggest: (text, caret, asked, { on = "" }) => suggestName(text, caret, names, on.split(/[,\s]+/).filter(Boolean), asked),
        };
      case "pairs":
        return { ...shared, kind: "area", rows: 3, hint: t("program.pairsHint") };
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
