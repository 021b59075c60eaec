import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { Approval, ApprovalAdjustment } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Quantity, When } from "~/ui/format.tsx";
import { Card, Name, Pairs } from "~/ui/Page.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";

/** Units that would be added or taken, and what the member has before and after. */
export function Adjustment({ approval, of }: { approval: Approval; of: ApprovalAdjustment }) {
  const { t } = useT();
  const may = useMay();
  const member = approval.member ?? "";
  const about = useQuery(memberQuery(member)).data?.value;
  const open = approval.state === "open";
  const balances = $api.useQuery(
    "get",
    "/v1/members/{member}/balances",
    { params: { path: { member } } },
    { enabled: open && may("read_balances", about) },
  );
  const unit = useProgramUnits().unit(of.unit);
  const available = balances.data?.items.find((balance) => balance.unit.id === of.unit)?.available;
  return (
    <Card title={t("approvals.change")}>
      <div className="stack">
        <Pairs
          of={[
            [
              t("people.member"),
              <span key="member" className="row">
                <Link to={"/members/$member/points" as never} params={{ member } as never} search={{} as never}>
                  <Name>{about?.name ?? member}</Name>
                </Link>
                <code>{member}</code>
              </span>,
            ],
            [t("points.unit"), unit.name],
            [t("points.change"), <Quantity key="change" value={of.amount} scale={unit.scale} signed />],
            [t("points.now"), available !== undefined && <Quantity value={available} scale={unit.scale} />],
            [t("points.after"), available !== undefined && <Quantity value={available + of.amount} scale={unit.scale} />],
            [t("points.expires"), of.amount > 0 && (of.expires_at ? <When at={of.expires_at} /> : t("points.asUnit"))],
            [t("points.reason"), <bdi key="reason">{of.reason}</bdi>],
          ]}
        />
        {available !== undefined && available + of.amount < 0 && <p className="chip free warn">{t("points.below")}</p>}
      </div>
    </Card>
  );
}
