import * as toml from "@decimalturn/toml-patch";
import type { Document, Entry } from "~/api/program.ts";

/** The parts that have forms: what stands at the head, and the sections; those of a track and of a mission stand within it. */
export const FORMS = [
  "program",
  "unit",
  "metric",
  "track",
  "track.tier",
  "earn",
  "benefit",
  "mission",
  "mission.step",
  "segment",
  "stage",
  "alert",
  "service_level",
  "play",
] as const;
export type Section = (typeof FORMS)[number];
type Path = (string | number)[];
export type Placed = { key: string; entry: Entry; path: Path };
export type Values = Record<string, unknown>;

const list = (of: unknown, name: string): Entry[] => {
  const found = (of as Record<string, unknown>)[name];
  return Array.isArray(found) ? (found as Entry[]) : [];
};

/** The entries of a section with the place of each in the document; one within another is named with it. */
export function placed(document: Document, section: Section): Placed[] {
  if (section === "program") return [{ key: document.id, entry: document, path: [] }];
  const [outer, inner] = section.split(".") as [string, string | undefined];
  const all = list(document, outer).map((entry, n): Placed => ({ key: entry.id, entry, path: [outer, n] }));
  if (!inner) return all;
  return all.flatMap((parent) =>
    list(parent.entry, inner).map((entry, n) => ({ key: `${parent.key}.${entry.id}`, entry, path: [...parent.path, inner, n] })),
  );
}

/** The line that an entry begins at, where it stands as `[[section]]`. */
export function lineOf(source: string, path: Path): number | undefined {
  const lines = source.split("\n").map((line) => /^\s*\[\[([\w.]+)\]\]/.exec(line)?.[1]);
  let at = -1;
  let name = "";
  for (let step = 0; step < path.length; step += 2) {
    name = name ? `${name}.${path[step]}` : String(path[step]);
    for (let left = path[step + 1] as number; left >= 0; left--) {
      at = lines.indexOf(name, at + 1);
      if (at < 0) return undefined;
    }
  }
  return at + 1;
}

type Table = Record<string, unknown>;
const at = (document: unknown, path: Path) => path.reduce<unknown>((of, step) => (of as Table)[step], document) as Table;

/** Puts a value, or takes it away where there is none, at a place such as `streak.reward.amount`; a table left empty goes with its last value. */
function put(table: Table, name: string, value: unknown) {
  const [first, ...rest] = name.split(".");
  if (rest.length === 0) {
    if (value === undefined) delete table[first!];
    else table[first!] = value;
    return;
  }
  if (table[first!] === undefined && value === undefined) return;
  const within = (table[first!] ??= {}) as Table;
  put(within, rest.join("."), value);
  if (Object.keys(within).length === 0) delete table[first!];
}

/**
 * The text with one thing changed: only the lines of what was changed differ, comments stay where they are. What came of it is read again, and refused
 * where it says anything else than was meant.
 */
function edit(source: string, does: (document: Table) => void, write = (document: Table) => toml.patch(source, document)): string {
  const document = toml.parse(source) as Table;
  does(document);
  const text = write(document);
  if (canonical(toml.parse(text)) !== canonical(document)) throw new Error("what was changed could not be put into the text");
  return text;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => a.localeCompare(b)))
      : inner,
  );

export const change = (source: string, path: Path, values: Values) =>
  edit(source, (document) => {
    const entry = at(document, path);
    for (const [name, value] of Object.entries(values)) put(entry, name, value);
  });

/** The text with lines put behind the entry that begins at a line, or at the end where there is none. */
function behind(source: string, line: number | undefined, text: string) {
  const lines = source.trimEnd().split("\n");
  const next = line === undefined ? -1 : lines.findIndex((one, n) => n >= line && /^\s*\[/.test(one));
  let end = next < 0 ? lines.length : next;
  if (next >= 0) while (/^\s*(#|$)/.test(lines[end - 1]!)) end--;
  return `${lines.toSpliced(end, 0, "", ...text.trimEnd().split("\n")).join("\n")}\n`;
}

/**
 * Adds an entry behind the others of its section; `parent` is the place of the track or the mission that it belongs to. The first of its section stands
 * at the end of the text, or behind what it belongs to.
 */
export function add(source: string, section: Section, parent: Path, values: Values) {
  const entry: Table = {};
  for (const [name, value] of Object.entries(values)) put(entry, name, value);
  const name = section.split(".").at(-1)!;
  let first = false;
  return edit(
    source,
    (document) => {
      const of = at(document, parent);
      first = of[name] === undefined;
      of[name] = [...((of[name] as unknown[] | undefined) ?? []), entry];
    },
    (document) =>
      first
        ? behind(
            source,
            parent.length > 0 ? lineOf(source, parent) : undefined,
            `[[${section}]]\n${toml.stringify(entry, { inlineTableStart: 0 })}`,
          )
        : toml.patch(source, document),
  );
}

export const remove = (source: string, path: Path) =>
  edit(source, (document) => {
    const of = at(document, path.slice(0, -2));
    const [name, n] = path.slice(-2) as [string, number];
    const left = (of[name] as unknown[]).toSpliced(n, 1);
    if (left.length > 0) of[name] = left;
    else delete of[name];
  });
