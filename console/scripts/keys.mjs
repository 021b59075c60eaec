// What the sources ask for: whole keys, and the beginnings of keys whose end is known at run time.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export const files = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.(ts|tsx)$/.test(name) && !/\.(test|gen)\.tsx?$/.test(name) ? [path] : [];
  });

/** Quoted texts that look like keys of a file of texts, in code. */
export function asked(sources, sections) {
  const [whole, begun] = [new Set(), new Set()];
  const known = sections.join("|");
  for (const text of sources) {
    for (const [, key] of text.matchAll(new RegExp(`["']((?:${known})\\.[A-Za-z0-9_.-]*[A-Za-z0-9_-])["']`, "g"))) whole.add(key);
    for (const [, start] of text.matchAll(new RegExp(`["'\`]((?:${known})\\.(?:[A-Za-z0-9_-]+\\.)*)(?:["']|\\$\\{)`, "g")))
      begun.add(start);
  }
  return { whole, begun };
}
