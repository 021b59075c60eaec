import type { Contact, ContactChange } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";

const CHAIN = ["initiator", "user", "technical", "procurement", "decider", "gatekeeper", "finance", "other"] as const;

export function useContactFields(): Field[] {
  const { t, label } = useT();
  return [
    { name: "name", label: t("contacts.name"), required: true, max: 100 },
    {
      name: "role",
      label: t("contacts.role"),
      kind: "select",
      options: CHAIN.map((role) => ({ value: role, label: label("chain.", role) })),
    },
    { name: "title", label: t("contacts.titled"), max: 200 },
    { name: "email", label: t("contacts.email"), kind: "email", max: 200 },
    { name: "phone", label: t("contacts.phone"), max: 200 },
  ];
}

export const filledContact = ({ name, role, title, email, phone }: Contact): Filled => ({
  name,
  role: role ?? "",
  title: title ?? "",
  email: email ?? "",
  phone: phone ?? "",
});

export const contactOf = ({ name, role, title, email, phone }: Filled): ContactChange & { name: string } => ({
  name: name?.trim() ?? "",
  role: role || null,
  title: title?.trim() || null,
  email: email?.trim() || null,
  phone: phone?.trim() || null,
});
