import type { Custom, CustomChanges, CustomField, ListedMember } from "./schema.gen.ts";

/** Tags as they are typed, with commas between them, in the spelling in which the server keeps them. */
export const tagsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,，、\n]/)
      .map((tag) => tag.trim().replaceAll(/\s+/g, " ").toLowerCase())
      .filter(Boolean),
  ),
];

/** The longest value of the kind text, in characters. */
export const VALUE_MAX = 500;

type Filled = Record<string, string>;

/** What is noted as a form has it; a field of ours stands under its id. */
export const filledNotes = ({ tags, values }: Custom): Filled => ({
  tags: tags.join(", "),
  ...Object.fromEntries(Object.entries(values).map(([id, value]) => [`value.${id}`, String(value)])),
});

/** A value as a file has it: of a choice the name, of everything else what is kept. */
export function valueText({ kind, choices }: Pick<CustomField, "kind" | "choices">, value: unknown, language: string): string {
  if (value === undefined || value === null) return "";
  return (kind === "choice" ? choices.find(({ id }) => id === value)?.names?.[language] : undefined) ?? String(value);
}

export type Value = string | number | boolean | null;
/** A value as its kind is sent; `null` takes one away. */
export const sent = ({ kind }: Pick<CustomField, "kind">, typed: string): Value =>
  typed === "" ? null : kind === "integer" ? Number(typed) : kind === "boolean" ? typed === "true" : typed;

/** The values that differ from what was noted. */
export function changedValues(fields: CustomField[], before: Custom, filled: Filled): Record<string, never> {
  const was = filledNotes(before);
  const changed = fields.filter(({ id }) => (filled[`value.${id}`] ?? "").trim() !== (was[`value.${id}`] ?? ""));
  return Object.fromEntries(changed.map((field) => [field.id, sent(field, (filled[`value.${field.id}`] ?? "").trim())])) as Record<
    string,
    never
  >;
}

export type Effect = { tag: string; how: "add" | "remove"; members: string[] };

/** Whom each tag will be added to or taken off: those who have it not, or have it. */
export function effectOf(members: Pick<ListedMember, "id" | "custom">[], add: string[], remove: string[]): Effect[] {
  const has = (member: Pick<ListedMember, "custom">, tag: string) => member.custom?.tags.includes(tag) ?? false;
  const whom = (tag: string, had: boolean) => members.filter((member) => has(member, tag) === had).map(({ id }) => id);
  return [
    ...add.map((tag): Effect => ({ tag, how: "add", members: whom(tag, false) })),
    ...remove.map((tag): Effect => ({ tag, how: "remove", members: whom(tag, true) })),
  ];
}

/** The changes that put back what an effect did. */
export const undoing = (effects: Effect[]): CustomChanges[] =>
  effects
    .filter(({ members }) => members.length > 0)
    .map(({ tag, how, members }) => ({ members, ...(how === "add" ? { remove_tags: [tag] } : { add_tags: [tag] }) }));

type Noted = Pick<ListedMember, "id" | "custom">;
export const valueOf = ({ custom }: Noted, field: string) => (custom?.values[field] ?? null) as Value;

const giving = (field: string, value: Value, members: Noted[]): CustomChanges => ({
  members: members.map(({ id }) => id),
  values: { [field]: value } as Record<string, never>,
});
/** The change that gives a field one value, and those that put back what was there before, one for each value. */
export function valueChange<T extends Noted>(members: T[], field: string, value: Value) {
  const changed = members.filter((member) => valueOf(member, field) !== value);
  const before = [...new Set(changed.map((member) => valueOf(member, field)))];
  return {
    changed,
    change: giving(field, value, members),
    back: before.map((was) =>
      giving(
        field,
        was,
        changed.filter((member) => valueOf(member, field) === was),
      ),
    ),
  };
}
