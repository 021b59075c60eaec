import { useQuery } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { programQuery } from "~/api/program.ts";
import type { Approval, ApprovalProgram } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Diff } from "~/ui/Diff.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Pairs } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { Differences } from "~/views/differences.tsx";

/** A program that would come into force: rule by rule and line by line against the version that it was written for. */
export function ProgramAsked({ approval, of }: { approval: Approval; of: ApprovalProgram }) {
  const { t } = useT();
  const may = useMay();
  const open = approval.state === "open";
  const source = of.source ?? "";
  const versions = $api.useQuery("get", "/v1/program/versions", undefined, { enabled: open });
  const newest = Math.max(0, ...(versions.data?.items ?? []).map(({ number }) => number));
  const late = versions.data !== undefined && newest !== of.base;
  const checked = $api.useQuery(
    "post",
    "/v1/program/check",
    { body: { source } },
    { enabled: open && versions.data !== undefined && !late && may("check_program") },
  );
  const base = $api.useQuery("get", "/v1/program/versions/{number}", { params: { path: { number: of.base } } }, { enabled: of.base > 0 });
  const inForce = useQuery({ ...programQuery, enabled: false }).data?.version.number;
  return (
    <div className="stack wide">
      <Card title={t("approvals.change")}>
        <div className="stack">
          <Pairs
            of={[
              [t("program.note"), of.note && <bdi>{of.note}</bdi>],
              [t("program.from"), of.effective_from ? <When at={of.effective_from} /> : t("approvals.fromApproval")],
              [t("approvals.base"), of.base > 0 && t("receipts.version", { number: of.base })],
              [t("program.inForce"), open && inForce !== undefined && t("receipts.version", { number: inForce })],
            ]}
          />
          {late && <p className="chip free warn">{t("approvals.late", { number: newest })}</p>}
          {checked.data && <Differences of={checked.data.differences} />}
        </div>
      </Card>
      <Card title={t("program.textDiff")}>
        {of.base === 0 ? (
          <Diff before="" after={source} />
        ) : (
          <Loaded query={base} lines={4}>
            {(version) => <Diff before={version.source ?? ""} after={source} />}
          </Loaded>
        )}
      </Card>
    </div>
  );
}
