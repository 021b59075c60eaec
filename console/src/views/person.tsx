import { $api } from "~/api/client.ts";
import type { Person } from "~/api/schema.gen.ts";
import { LANGUAGES, NAMES, useT } from "~/i18n/index.ts";
import { Chip } from "~/ui/Page.tsx";
import type { Field } from "~/ui/Form.tsx";
import { phoneOf } from "./reach.ts";

const TONES = { active: "ok", invited: "wait", disabled: "none" } as const;

export function PersonState({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state as keyof typeof TONES] ?? "none"}>{label("personStates.", state)}</Chip>;
}

export const MEMBER_ROLES = ["owner", "buyer", "finance", "viewer"] as const;
export const STAFF_ROLES = [
  "administrator",
  "membership-operator",
  "account-manager",
  "service-agent",
  "risk-officer",
  "analyst",
  "auditor",
] as const;

/** The contacts of a company to choose one from, for who may read them. */
export function useContactChoice(member: string, shown: boolean) {
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/contacts",
    { params: { path: { member }, query: { limit: 200 } } },
    { enabled: shown },
  );
  return (query.data?.items ?? []).filter(({ erased }) => !erased).map(({ id, name }) => ({ value: id, label: name }));
}

/** Which contact of the company somebody who is invited is. */
export function useContactField(member: string, shown: boolean): Field[] {
  const { t } = useT();
  const options = useContactChoice(member, shown);
  return options.length > 0
    ? [{ name: "contact", label: t("people.contact"), hint: t("people.contactHint"), kind: "select", options }]
    : [];
}

/** The fields of an invitation, or of a change of somebody who was invited. */
export function usePersonFields(roles: readonly string[], invite: "email" | "reach" | undefined): Field[] {
  const { t, label } = useT();
  const texts = $api.useQuery("get", "/v1/sign-up", {}, { enabled: invite === "reach" }).data?.by.includes("phone");
  return [
    { name: "name", label: t("people.name"), required: true, max: 100 },
    ...(invite
      ? [
          {
            name: "email",
            label: t(texts ? "people.reach" : "people.email"),
            at: ["email", "phone"],
            kind: texts ? ("reach" as const) : ("email" as const),
            required: true,
            max: 254,
            check: (typed: string) => /^\S+@\S+$/.test(typed) || (Boolean(texts) && phoneOf(typed) !== undefined),
          },
        ]
      : []),
    {
      name: "role",
      label: t("people.role"),
      kind: "select",
      required: true,
      options: roles.map((role) => ({ value: role, label: label("roles.", role) })),
    },
    {
      name: "language",
      label: t("people.language"),
      kind: "select",
      options: LANGUAGES.map((value) => ({ value, label: NAMES[value] })),
    },
    ...(invite
      ? []
      : [
          {
            name: "disabled",
            label: t("people.disabled"),
            kind: "switch" as const,
            hint: t("people.disabledHint"),
          },
        ]),
  ];
}

export const filledPerson = (person: Person) => ({
  name: person.name,
  role: person.role,
  language: person.language ?? "",
  disabled: String(person.state === "disabled"),
});

export const changedPerson = (filled: Record<string, string>) => ({
  name: filled.name?.trim(),
  role: filled.role,
  ...(filled.language && { language: filled.language }),
  disabled: filled.disabled === "true",
});
