import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery, type Tagged } from "~/api/member.ts";
import type { VerificationCaseInFull } from "~/api/schema.gen.ts";
import { useMay, useMe } from "~/api/session.ts";
import { caseQuery, mayAppeal, overdue, runs } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { When } from "~/ui/format.tsx";
import { following, Next } from "~/ui/Next.tsx";
import { Card, Chip, Page, Pairs } from "~/ui/Page.tsx";
import { useAddress, useParam, type Search } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { History, StatusChip } from "~/views/verification.tsx";
import { Assign } from "./Assign.tsx";
import { Decide } from "./Decide.tsx";
import { EvidenceDesk } from "./EvidenceDesk.tsx";
import { asked } from "./queue.ts";

/** One case: its evidence beside the documents, and the decision. */
export default function Case() {
  const { t, label } = useT();
  const [member, id] = [useParam("member"), useParam("case")];
  const query = useQuery(caseQuery(member, id));
  const about = useQuery(memberQuery(member)).data?.value;
  const [search] = useAddress();
  return (
    <Page
      title={about?.name ?? member}
      under={
        <div className="row small dim">
          <Link to={"/members/$member" as never} params={{ member } as never}>
            {member}
          </Link>
          {query.data && <span>{label("verification.levelOf.", query.data.value.level)}</span>}
          {query.data && <StatusChip status={query.data.value.status} />}
          {query.data && overdue(query.data.value) && <Chip tone="bad">{t("verification.overdue")}</Chip>}
        </div>
      }
      actions={<Onward id={id} search={search} />}
    >
      <Loaded query={query}>{(tagged) => <Desk tagged={tagged} />}</Loaded>
      <Outlet />
    </Page>
  );
}

/** Back to the queue that one came from, and on to its next case. */
function Onward({ id, search }: { id: string; search: Search }) {
  const { t } = useT();
  const may = useMay();
  const me = useMe()?.person.id;
  const queue = $api.useQuery(
    "get",
    "/v1/verifications",
    { params: { query: { ...asked(search, me), limit: 200 } } },
    { enabled: may("list_verification_queue") },
  );
  const next = following(queue.data?.items ?? [], id);
  const { file: _, ...rest } = search;
  return (
    <>
      <ButtonLink to="/verification" search={rest}>
        {t("verification.queue")}
      </ButtonLink>
      <Next to={next && `/verification/${encodeURIComponent(next.member)}/${next.id}`} search={rest} />
    </>
  );
}

function Desk({ tagged }: { tagged: Tagged<VerificationCaseInFull> }) {
  const { t, label } = useT();
  const may = useMay();
  const { value: one } = tagged;
  const about = useQuery(memberQuery(one.member)).data?.value;
  const base = `/verification/${encodeURIComponent(one.member)}/${one.id}`;
  const open = one.status === "open" || one.status === "appealed";
  const step = (operation: Parameters<typeof may>[0], name: string, key: Parameters<typeof t>[0], shown: boolean) =>
    shown && may(operation, about) && <ButtonLink to={`${base}/${name}`}>{t(key)}</ButtonLink>;
  return (
    <div className="stack wide">
      <div className="row noprint">
        {step("add_evidence", "evidence", "verification.addEvidence", runs(one))}
        {step("look_up_company", "look-up", "verification.lookUp", open)}
        {step("check_four_elements", "four-elements", "verification.fourElements", open)}
        {step("ask_company", "ask", "verification.ask", open)}
        {step("answer_verification", "answer", "verification.answer", one.status === "waiting")}
        {step("appeal_verification", "appeal", "verification.appeal", mayAppeal(one))}
        {step("withdraw_verification", "withdraw", "verification.withdraw", runs(one))}
      </div>
      <EvidenceDesk one={one}>
        {open && may("decide_verification") ? (
          <Card title={t("verification.decision")}>
            <Decide tagged={tagged} />
          </Card>
        ) : (
          <Card title={t("verification.decision")}>
            {one.decided_at ? (
              <Pairs
                of={[
                  [t("verification.state"), <StatusChip key="state" status={one.status} />],
                  [t("verification.decidedAt"), <When key="at" at={one.decided_at} />],
                  [t("verification.decidedBy"), one.decided_by],
                  [t("verification.reason"), one.reason && <bdi>{one.reason}</bdi>],
                  [t("verification.until"), one.expires_at && <When at={one.expires_at} />],
                ]}
              />
            ) : (
              <p className="dim">{t("verification.undecided")}</p>
            )}
          </Card>
        )}
        <Card title={t("verification.about")}>
          <div className="stack">
            <Pairs
              of={[
                [t("verification.level"), label("verification.levelOf.", one.level)],
                [t("verification.deadline"), runs(one) && <When at={one.deadline} />],
                [t("verification.opened"), <When key="opened" at={one.opened_at} />],
                [t("verification.openedBy"), one.opened_by],
                [t("members.registration_number"), about?.registration_number],
                [t("members.country"), about?.country],
                [t("members.region"), about?.region],
              ]}
            />
            {runs(one) && may("assign_verification") && <Assign tagged={tagged} />}
          </div>
        </Card>
        <Card title={t("verification.history")}>
          <History steps={one.history} />
        </Card>
      </EvidenceDesk>
    </div>
  );
}
