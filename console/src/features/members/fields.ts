import type { Member, NewMember } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";
import { decimal, minorDigits, steps } from "~/ui/format.tsx";

export function useMemberFields(): Field[] {
  const { t } = useT();
  return [
    { name: "name", label: t("members.name"), required: true, max: 300 },
    { name: "registration_number", label: t("members.registration_number"), max: 200 },
    {
      name: "country",
      label: t("members.country"),
      max: 2,
      hint: t("members.countryHint"),
      check: (typed) => /^[A-Za-z]{2}$/.test(typed),
    },
    { name: "region", label: t("members.region"), max: 200 },
    { name: "industry", label: t("members.industry"), max: 200 },
    { name: "employees", label: t("members.employees"), check: (typed) => /^\d{1,9}$/.test(typed) },
    { name: "account_manager", label: t("members.account_manager"), max: 200 },
    { name: "parent", label: t("members.parent"), hint: t("members.parentHint"), max: 128 },
    {
      name: "currency",
      label: t("members.currency"),
      max: 3,
      hint: t("members.currencyHint"),
      check: (typed) => /^[A-Za-z]{3}$/.test(typed),
    },
    {
      name: "credit_limit",
      at: "credit_limit_minor",
      label: t("members.credit_limit_minor"),
      kind: "amount",
      check: (typed) => (steps(typed, 4) ?? -1) >= 0,
    },
  ];
}

const blank = (text: string | undefined) => text?.trim() || null;

export function filledMember(member: Member): Filled {
  const { name, registration_number, country, region, industry, employees, account_manager, parent, currency, credit_limit_minor } = member;
  const credit = credit_limit_minor == null ? "" : decimal(credit_limit_minor, minorDigits(currency ?? "CNY"));
  const filled = { name, registration_number, country, region, industry, account_manager, parent, currency };
  return {
    ...Object.fromEntries(Object.entries(filled).map(([key, value]) => [key, value ?? ""])),
    employees: String(employees ?? ""),
    credit_limit: credit,
  };
}

export function memberOf(filled: Filled): Omit<NewMember, "id"> {
  const currency = blank(filled.currency)?.toUpperCase() ?? null;
  return {
    name: filled.name?.trim() ?? "",
    registration_number: blank(filled.registration_number),
    country: blank(filled.country)?.toUpperCase() ?? null,
    region: blank(filled.region),
    industry: blank(filled.industry),
    employees: filled.employees ? Number(filled.employees) : null,
    account_manager: blank(filled.account_manager),
    parent: blank(filled.parent),
    currency,
    credit_limit_minor: filled.credit_limit ? (steps(filled.credit_limit, minorDigits(currency ?? "CNY")) ?? null) : null,
  };
}
