import { KINDS } from "~/api/facts.gen.ts";
import { PROGRAM_KEYS } from "~/api/program.gen.ts";
import type { Suggestions } from "~/ui/Suggested.tsx";
import { entries, type Document, type Entry } from "~/api/program.ts";

const MOST = 12;

/** Names that the parts of a program go by, for what refers to them. */
export function namesOf(document: Document | undefined) {
  const of = (section: string) => (document ? entries(document, section) : []);
  const ids = (section: string) => of(section).map(({ id }) => id);
  return {
    units: ids("unit"),
    metrics: ids("metric"),
    tracks: ids("track"),
    missions: ids("mission"),
    benefits: ids("benefit"),
    tiers: of("track").flatMap(({ id, tier }) => ((tier ?? []) as Entry[]).map((one) => `${id}.${one.id}`)),
  };
}
export type ProgramNames = ReturnType<typeof namesOf>;

/** The section that a place in the text belongs to, the keys that its entry has already, and the kinds of facts it looks at. */
function context(source: string, caret: number) {
  const before = source.slice(0, caret);
  const began = [...before.matchAll(/^[ \t]*\[\[?([\w.]+)\]\]?/gm)].at(-1);
  const start = began ? began.index + began[0].length : 0;
  const rest = source.slice(caret);
  const next = /^[ \t]*\[/m.exec(rest.slice(rest.indexOf("\n") + 1));
  const entry = source.slice(start, rest.includes("\n") && next ? caret + rest.indexOf("\n") + 1 + next.index : undefined);
  const on = /^[ \t]*on[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(entry)?.[1] ?? "";
  return {
    section: began?.[1] ?? "program",
    has: [...entry.matchAll(/^[ \t]*(\w+)[ \t]*=/gm)].map(([, name]) => name!),
    kinds: [...on.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind!),
  };
}

const HEADS = Object.keys(PROGRAM_KEYS).filter((name) => name !== "program");

/** What can be named in a condition or an amount: metrics and tiers in force, and the fields of the facts that are looked at. */
const nameable = (names: ProgramNames, kinds: string[]) => [
  ...names.metrics,
  ...names.tracks.map((track) => `${track}.tier`),
  ...new Set(kinds.flatMap((kind) => (KINDS[kind] ?? []).map(({ name }) => name))),
];

/** Those of the options that what was typed is the beginning of; where nothing was typed, only for who asks. */
function fitting(caret: number, typed: string, options: string[], asked: boolean): Suggestions | undefined {
  const like = options.filter((option) => option.startsWith(typed) && option !== typed);
  return (typed || asked) && like.length > 0 ? { from: caret - typed.length, options: like.slice(0, MOST) } : undefined;
}

/** What could be named at the caret of a condition or an amount that looks at facts of these kinds; nothing within a text. */
export function suggestName(text: string, caret: number, names: ProgramNames, kinds: string[], asked = false): Suggestions | undefined {
  const before = text.slice(0, caret);
  if ((before.match(/'/g) ?? []).length % 2 === 1) return undefined;
  return fitting(caret, /[\w.]*$/.exec(before)![0], nameable(names, kinds), asked);
}

/** What could stand at the caret: a section, a key of the section, or a value or a name within a text. */
export function suggest(source: string, caret: number, names: ProgramNames, asked = false): Suggestions | undefined {
  const line = source.slice(source.lastIndexOf("\n", caret - 1) + 1, caret);
  const fits = (typed: string, options: string[]) => fitting(caret, typed, options, asked);
  const head = /^\s*(\[\[?[\w.]*)$/.exec(line);
  if (head)
    return fits(
      head[1]!,
      HEADS.map((name) => `[[${name}]]`),
    );
  const { section, has, kinds } = context(source, caret);
  const keys = PROGRAM_KEYS[section] ?? [];
  const key = /^\s*(\w*)$/.exec(line);
  if (key) {
    const free = keys.map(({ name }) => name).filter((name) => !has.includes(name) || name === key[1]);
    return fits(
      key[1]!,
      free.map((name) => `${name} = `),
    );
  }
  // Within a text: an odd number of quotes stands before the caret.
  const value = /^\s*(\w+)\s*=.*?"([^"]*)$/.exec(line);
  if (!value || (line.match(/"/g) ?? []).length % 2 === 0) return undefined;
  const [, name, typed] = value as unknown as [string, string, string];
  const known = keys.find((one) => one.name === name);
  const inner = /(\w+)\s*=\s*"[^"]*$/.exec(line)?.[1];
  if (inner === "unit") return fits(typed, names.units);
  if (inner === "mission") return fits(typed, names.missions);
  if (inner === "benefit") return fits(typed, names.benefits);
  switch (known?.type) {
    case "kinds":
      return fits(typed, Object.keys(KINDS));
    case "tiers":
      return fits(typed, names.tiers);
    case "unit":
      return fits(typed, names.units);
    case "expression":
      return fits(/[\w.]*$/.exec(typed)![0], nameable(names, kinds));
    default:
      return known?.options ? fits(typed, known.options) : undefined;
  }
}
