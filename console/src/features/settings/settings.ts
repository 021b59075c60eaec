import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import type { Approvals, Platform, Retention, Settings, SettingsChange } from "~/api/schema.gen.ts";
import type { Filled } from "~/ui/Form.tsx";
import { decimal, steps } from "~/ui/format.tsx";

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }): Promise<Tagged<Settings>> => {
    const { data, error, response } = await api.GET("/v1/settings", { signal });
    if (!data) throw error;
    return { value: data, etag: response.headers.get("ETag") ?? "" };
  },
});

export const change = (etag: string) => (body: SettingsChange) =>
  api.PATCH("/v1/settings", { params: { header: { "If-Match": etag } }, body });

const blank = (typed: string | undefined) => typed?.trim() || null;

export const filledPlatform = ({ name, color, contact }: Platform): Filled => ({
  name: name ?? "",
  color: color ?? "",
  contact: contact ?? "",
});
export const platformOf = ({ name, color, contact }: Filled): Platform => ({
  name: blank(name),
  color: blank(color)?.toLowerCase() ?? null,
  contact: blank(contact),
});

export type Unit = { id: string; name: string; scale: number };
const ABOVE = "above.";
export const aboveField = (unit: string) => ABOVE + unit;

/** Limits are typed in whole units; a unit without one needs nobody else. */
export const filledApprovals = ({ program, adjustments_above: above = {} }: Approvals, units: Unit[]): Filled => ({
  program: String(program ?? false),
  ...Object.fromEntries(units.map(({ id, scale }) => [aboveField(id), above[id] === undefined ? "" : decimal(above[id], scale)] as const)),
});
/** Limits of units that the program has no more are left out: the server takes none of them. */
export const approvalsOf = (filled: Filled, units: Unit[]): Approvals => ({
  program: filled.program === "true",
  adjustments_above: Object.fromEntries(
    units.flatMap(({ id, scale }) => {
      const limit = steps(filled[aboveField(id)] ?? "", scale);
      return limit === undefined ? [] : [[id, limit] as const];
    }),
  ),
});

export const RULES = ["contacts_days", "people_days", "documents_days"] as const;
/** Days that something is kept at least and at most, where there is a rule. */
const [DAYS_MIN, DAYS_MAX] = [30, 36_500];
export const isDays = (typed: string) => /^\d{1,5}$/.test(typed) && Number(typed) >= DAYS_MIN && Number(typed) <= DAYS_MAX;

export const filledRetention = (retention: Retention): Filled =>
  Object.fromEntries(RULES.map((rule) => [rule, String(retention[rule] ?? "")]));
export const retentionOf = (filled: Filled): Required<Retention> => {
  const days = (rule: (typeof RULES)[number]) => (filled[rule]?.trim() ? Number(filled[rule]) : null);
  return { contacts_days: days("contacts_days"), people_days: days("people_days"), documents_days: days("documents_days") };
};
