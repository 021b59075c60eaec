import { IMPORT_FIELDS, type ImportKind } from "~/api/imports.gen.ts";

export const IMPORT_KINDS = Object.keys(IMPORT_FIELDS) as ImportKind[];
export const isKind = (kind: string | undefined): kind is ImportKind => IMPORT_KINDS.includes(kind as ImportKind);

/** How a file is to be read; kept in this tab, because the server keeps the file alone. */
export type Prepared = {
  name: string;
  kind: ImportKind;
  mapping?: string;
  live?: boolean;
  known?: boolean;
  encoding?: string;
  sheet?: string;
};

const at = (upload: string) => `import.${upload}`;

export function prepared(upload: string): Partial<Prepared> {
  try {
    return JSON.parse(sessionStorage.getItem(at(upload)) ?? "{}");
  } catch {
    return {};
  }
}

export function prepare(upload: string, change: Partial<Prepared>) {
  const next = { ...prepared(upload), ...change };
  sessionStorage.setItem(at(upload), JSON.stringify(next));
  return next;
}
