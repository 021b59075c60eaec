import { Radio } from "@mantine/core";
import type { ReactNode } from "react";
import type { Member, MergePreview } from "~/api/schema.gen.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { Day, Money, Quantity } from "~/ui/format.tsx";
import { useAddress } from "~/ui/route.ts";
import { compared, valueOf, withTake, type MergeField } from "./merge.ts";

const LABELS: Record<MergeField, Key> = {
  name: "members.name",
  registration_number: "members.registration_number",
  country: "members.country",
  region: "members.region",
  industry: "members.industry",
  employees: "members.employees",
  account_manager: "members.account_manager",
  credit_limit: "members.credit_limit_minor",
  registered_at: "members.registered_at",
};

function Value({ member, field }: { member: Member; field: MergeField }): ReactNode {
  const value = valueOf(member, field);
  if (value === undefined) return <span className="dim">–</span>;
  if (field === "employees") return <Quantity value={Number(value)} />;
  if (field === "registered_at") return <Day at={String(value)} />;
  if (field === "credit_limit")
    return member.currency ? (
      <Money minor={member.credit_limit_minor!} currency={member.currency} />
    ) : (
      <Quantity value={member.credit_limit_minor!} />
    );
  return <bdi className="any">{value}</bdi>;
}

/** The fields of both side by side, and what the member would have; where both have something else, one chooses which is kept. */
export function Values({ preview: { survivor, source, after }, taken }: { preview: MergePreview; taken: MergeField[] }) {
  const { t } = useT();
  const [, change] = useAddress();
  return (
    <section className="sheet" aria-label={t("merges.profile")} tabIndex={0}>
      <table className="data cards">
        <thead>
          <tr>
            <th scope="col">{t("merges.field")}</th>
            <th scope="col">{t("merges.survivor")}</th>
            <th scope="col">{t("merges.source")}</th>
            <th scope="col">{t("merges.after")}</th>
          </tr>
        </thead>
        <tbody>
          {compared({ survivor, source }).map(({ field, choice }) => {
            const label = t(LABELS[field]);
            const side = (member: Member, take: boolean) => (
              <td data-label={t(take ? "merges.source" : "merges.survivor")}>
                {choice ? (
                  <Radio
                    name={`take.${field}`}
                    aria-describedby={`field.${field}`}
                    checked={taken.includes(field) === take}
                    onChange={() => change({ take: withTake(taken, field, take) })}
                    label={<Value member={member} field={field} />}
                  />
                ) : (
                  <Value member={member} field={field} />
                )}
              </td>
            );
            return (
              <tr key={field}>
                <td id={`field.${field}`}>{label}</td>
                {side(survivor, false)}
                {side(source, true)}
                <td data-label={t("merges.after")}>
                  <Value member={after} field={field} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
