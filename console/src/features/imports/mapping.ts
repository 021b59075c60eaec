import { parse, stringify } from "smol-toml";

/** A mapping file as `docs/imports.md` has it: for each field an SQL expression over the columns. */
export type Mapping = {
  kind: string;
  source?: string;
  time_zone?: string;
  currency?: string;
  date_formats?: string[];
  fields: Record<string, string>;
  [other: string]: unknown;
};

/** What a text says; nothing where it is no mapping. */
export function readMapping(text: string): Mapping | undefined {
  try {
    const read = parse(text) as Record<string, unknown>;
    return { ...read, kind: String(read.kind ?? ""), fields: (read.fields ?? {}) as Record<string, string> };
  } catch {
    return undefined;
  }
}

export const writeMapping = (mapping: Mapping) => stringify(mapping);

/** A column's name as an expression. */
export const named = (column: string) => `"${column.replaceAll('"', '""')}"`;

/** The column that an expression is nothing but the name of. */
export function columnOf(expression: string, columns: string[]): string | undefined {
  const quoted = /^\s*"((?:[^"]|"")*)"\s*$/.exec(expression)?.[1]?.replaceAll('""', '"');
  const name = quoted ?? expression.trim();
  return columns.find((column) => column === name);
}

/** The mapping with a setting changed; an empty one is left out. */
export function change(mapping: Mapping, key: string, value: string | string[]): Mapping {
  const { [key]: _, ...rest } = mapping;
  return (value.length ? { ...rest, [key]: value } : rest) as Mapping;
}

export function map(mapping: Mapping, field: string, expression: string): Mapping {
  const { [field]: _, ...rest } = mapping.fields;
  return { ...mapping, fields: expression ? { ...rest, [field]: expression } : rest };
}
