import { $api } from "~/api/client.ts";
import { VALUE_MAX } from "~/api/custom.ts";
import type { CustomField } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { formatDecimal, formatDay } from "~/ui/format.tsx";
import type { Field } from "~/ui/Input.tsx";
import { Card, Chip, Pairs } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import type { ReactNode } from "react";

export const Tags = ({ of }: { of: string[] }) => (
  <span className="row">
    {of.map((tag) => (
      <Chip key={tag}>
        <bdi className="any">{tag}</bdi>
      </Chip>
    ))}
  </span>
);

/** What the platform noted of a member: tags, and values of its own fields. */
export function Notes({ member, actions }: { member: string; actions?: ReactNode }) {
  const { t } = useT();
  const fields = $api.useQuery("get", "/v1/custom-fields").data?.items ?? [];
  const query = $api.useQuery("get", "/v1/members/{member}/custom", { params: { path: { member } } });
  const shown = useShown();
  return (
    <Card title={t("custom.title")} actions={actions}>
      <Loaded query={query} lines={2}>
        {({ tags, values }) => (
          <div className="stack">
            {tags.length > 0 && <Tags of={tags} />}
            {tags.length === 0 && Object.keys(values).length === 0 && <p className="dim">{t("custom.none")}</p>}
            <Pairs of={fields.map((field) => [field.name, shown(field, values[field.id])])} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

/** A value as it is filled in. */
export function useValueInput() {
  const { t, language } = useT();
  return ({ id, name, kind, choices }: CustomField): Field => ({
    name: `value.${id}`,
    at: id,
    label: name,
    ...(kind === "text" && { max: VALUE_MAX }),
    ...(kind === "integer" && { check: (typed) => /^-?\d{1,15}$/.test(typed), hint: t("custom.whole") }),
    ...(kind === "decimal" && { kind: "amount", check: (typed) => /^-?\d+(\.\d+)?$/.test(typed) }),
    ...(kind === "date" && { check: (typed) => /^\d{4}-\d{2}-\d{2}$/.test(typed), hint: t("custom.date") }),
    ...(kind === "boolean" && {
      kind: "select",
      options: [
        { value: "true", label: t("custom.yes") },
        { value: "false", label: t("custom.no") },
      ],
    }),
    ...(kind === "choice" && {
      kind: "select",
      options: choices.map((choice) => ({ value: choice.id, label: choice.names?.[language] ?? choice.id })),
    }),
  });
}

/** A value as it is read. */
export function useShown() {
  const { t, language } = useT();
  return ({ kind, choices }: CustomField, value: unknown): ReactNode => {
    if (value === undefined || value === null) return undefined;
    if (kind === "boolean") return t(value ? "custom.yes" : "custom.no");
    if (kind === "choice") return <bdi>{choices.find(({ id }) => id === value)?.names?.[language] ?? String(value)}</bdi>;
    if (kind === "date") return formatDay(String(value), language);
    if (kind === "integer" || kind === "decimal") return <span className="tnum">{formatDecimal(String(value), language)}</span>;
    return <bdi className="any">{String(value)}</bdi>;
  };
}
