import type { Member, MergeMoves, MergePreview } from "~/api/schema.gen.ts";

/** Fields of the profile that can be taken from the member that is merged, as the server names them. */
export const FIELDS = [
  "name",
  "registration_number",
  "country",
  "region",
  "industry",
  "employees",
  "account_manager",
  "credit_limit",
  "registered_at",
] as const;
export type MergeField = (typeof FIELDS)[number];

/** What a member has of a field; a credit limit with its currency. */
export function valueOf(member: Member, field: MergeField): string | number | undefined {
  if (field !== "credit_limit") return member[field] ?? undefined;
  return member.credit_limit_minor == null ? undefined : `${member.credit_limit_minor} ${member.currency ?? ""}`;
}

const choice = (survivor: Member, source: Member, field: MergeField) => {
  const [own, other] = [valueOf(survivor, field), valueOf(source, field)];
  if (own === undefined || other === undefined || own === other) return false;
  // It has been a member since whoever was first, unless the other's later day is taken; both are told by the day.
  return field !== "registered_at" || String(other).slice(0, 10) > String(own).slice(0, 10);
};

/** Of two members, the fields that either has; `choice` where both have one and another, so that somebody must say which is kept. */
export const compared = ({ survivor, source }: Pick<MergePreview, "survivor" | "source">) =>
  FIELDS.filter((field) => valueOf(survivor, field) !== undefined || valueOf(source, field) !== undefined).map((field) => ({
    field,
    choice: choice(survivor, source, field),
  }));

/** Fields that are taken, as the address and the preview have them: in one order, and nothing that is no field. */
export const readTake = (text: string | undefined): MergeField[] => FIELDS.filter((field) => text?.split(",").includes(field));
export const withTake = (taken: MergeField[], field: MergeField, take: boolean): string | undefined =>
  FIELDS.filter((one) => (one === field ? take : taken.includes(one))).join(",") || undefined;

export const MOVES = [
  "facts",
  "contacts",
  "people",
  "keys",
  "registrations",
  "files",
  "verifications",
  "redemptions",
  "subsidiaries",
] as const satisfies (keyof MergeMoves)[];
