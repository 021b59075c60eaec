import { Outlet } from "@tanstack/react-router";
import { isOwn, whyNot } from "~/api/approval.ts";
import { $api } from "~/api/client.ts";
import type { Approval } from "~/api/schema.gen.ts";
import { useMay, useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { When } from "~/ui/format.tsx";
import { following, Next } from "~/ui/Next.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { ApprovalChip, approvalPath } from "~/views/approval.tsx";
import { Adjustment } from "./Adjustment.tsx";
import { ProgramAsked } from "./ProgramAsked.tsx";

/** One thing that waits for a second person, or did: what would be done, and the ways to decide. */
export default function ApprovalPage() {
  const { t } = useT();
  const id = useParam("approval");
  const query = $api.useQuery("get", "/v1/approvals/{approval}", { params: { path: { approval: id } } });
  const one = query.data;
  return (
    <Page
      title={one ? t(`approvals.action.${one.action as "adjust_points" | "apply_program"}`) : t("approvals.title")}
      under={
        <div className="row small dim">
          <code>{id}</code>
          {one && <ApprovalChip state={one.state} />}
        </div>
      }
      actions={<Onward id={id} />}
    >
      <Loaded query={query}>
        {(approval) => (
          <div className="stack wide">
            <div className="two">
              {approval.adjustment ? (
                <Adjustment approval={approval} of={approval.adjustment} />
              ) : (
                approval.program && <ProgramAsked approval={approval} of={approval.program} />
              )}
              <Decision approval={approval} />
            </div>
          </div>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}

/** Back to the queue, and on to the next one that is open. */
function Onward({ id }: { id: string }) {
  const { t } = useT();
  const [search] = useAddress();
  const queue = $api.useQuery("get", "/v1/approvals", { params: { query: { state: search.state ?? "open", limit: 200 } } });
  const next = following(queue.data?.items ?? [], id);
  return (
    <>
      <ButtonLink to="/approvals" search={search}>
        {t("approvals.title")}
      </ButtonLink>
      <Next to={next && approvalPath(next.id)} search={search} />
    </>
  );
}

function Decision({ approval }: { approval: Approval }) {
  const { t } = useT();
  const may = useMay();
  const person = useMe()?.person;
  const path = approvalPath(approval.id);
  const why = whyNot(approval, person, may);
  const { state, asked_by, asked_at, decided_by, decided_at, reason } = approval;
  return (
    <Card title={t("approvals.decision")}>
      <div className="stack">
        <Pairs
          of={[
            [t("approvals.askedBy"), <span key="asked">{asked_by}</span>],
            [t("approvals.askedAt"), <When key="at" at={asked_at} />],
            [t("approvals.decidedBy"), decided_by],
            [t("approvals.decidedAt"), decided_at && <When at={decided_at} />],
            [t("approvals.reason"), reason && <bdi>{reason}</bdi>],
          ]}
        />
        {state === "open" && why && <p className="any">{t(`approvals.not.${why}`)}</p>}
        {state === "open" && (
          <div className="row">
            {!why && (
              <>
                <ButtonLink variant="filled" to={`${path}/approve`}>
                  {t("approvals.approve")}
                </ButtonLink>
                <ButtonLink to={`${path}/refuse`}>{t("approvals.refuse")}</ButtonLink>
              </>
            )}
            {isOwn(approval, person) && may("withdraw_approval") && (
              <ButtonLink to={`${path}/withdraw`}>{t("approvals.withdraw")}</ButtonLink>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}
