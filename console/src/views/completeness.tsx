import { $api } from "~/api/client.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Quantity } from "~/ui/format.tsx";

/** What each part is called. */
const PARTS: Partial<Record<string, Key>> = {
  name: "members.name",
  registration: "members.registration_number",
  country: "members.country",
  region: "members.region",
  industry: "members.industry",
  employees: "members.employees",
  contact: "members.someContact",
  decider: "members.someDecider",
  verification: "members.someVerification",
};

/** How complete what is known of a member is, and what is missing. Where it cannot be told, nothing is shown: it is no more than a hint. */
export function Completeness({ member }: { member: string }) {
  const { t } = useT();
  const { data } = $api.useQuery("get", "/v1/members/{member}/completeness", { params: { path: { member } } });
  if (!data) return null;
  const missing = data.parts.flatMap(({ part, there }) => (there ? [] : (PARTS[part] ?? [])));
  return (
    <div className="stack tight" style={{ marginBottom: 12 }}>
      <p>
        {t("members.completeness")} <Quantity value={data.score} />%
      </p>
      <Bar share={data.score / 100} label={t("members.completeness")} />
      {missing.length > 0 && (
        <p className="small dim">{t("members.missing", { what: missing.map((key) => t(key)).join(t("members.and")) })}</p>
      )}
    </div>
  );
}
