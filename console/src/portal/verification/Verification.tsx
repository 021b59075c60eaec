import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { VerificationCase, VerificationCaseInFull } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { caseQuery, LEVELS, mayAppeal, runs } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { LevelForm } from "~/views/level.tsx";
import { History, Said, StatusChip } from "~/views/verification.tsx";
import { useOwn } from "../Frame.tsx";

/** How far the platform knows the company: what runs, what is asked, what was decided. */
export default function Verification() {
  const { t } = useT();
  const member = useOwn();
  const query = $api.useQuery("get", "/v1/members/{member}/verifications", { params: { path: { member } } });
  return (
    <Page title={t("verification.title")} under={<p className="dim">{t("verification.why")}</p>}>
      <Loaded query={query}>
        {({ items }) => (
          <>
            <Known items={items} />
            {items[0] && <Latest member={member} id={items[0].id} />}
            {!items.some(runs) && <Ask member={member} />}
          </>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}

function Known({ items }: { items: VerificationCase[] }) {
  const { t, label } = useT();
  const best = items
    .filter(({ status }) => status === "approved")
    .toSorted((a, b) => LEVELS.findIndex((level) => level === b.level) - LEVELS.findIndex((level) => level === a.level))[0];
  return (
    <Card title={t("verification.level")}>
      <p className="figure">{best ? label("verification.levelOf.", best.level) : t("verification.unverified")}</p>
      {best?.expires_at && (
        <p className="dim">
          {t("verification.until")} <When at={best.expires_at} />
        </p>
      )}
    </Card>
  );
}

function Latest({ member, id }: { member: string; id: string }) {
  const query = useQuery(caseQuery(member, id));
  return <Loaded query={query}>{({ value }) => <One one={value} />}</Loaded>;
}

function One({ one }: { one: VerificationCaseInFull }) {
  const { t, label } = useT();
  const may = useMay();
  const question = one.status === "waiting" ? one.history.findLast(({ act }) => act === "ask")?.note : undefined;
  const go = (name: "evidence" | "answer" | "appeal", key: "verification.addEvidence" | "verification.answer" | "verification.appeal") => (
    <Button component={Link} to={`/portal/verification/${one.id}/${name}`}>
      {t(key)}
    </Button>
  );
  return (
    <>
      <Card title={label("verification.levelOf.", one.level)} actions={<StatusChip status={one.status} />}>
        <div className="stack">
          <Pairs
            of={[
              [t("verification.opened"), <When key="opened" at={one.opened_at} />],
              [t("verification.deadline"), runs(one) && <When at={one.deadline} />],
              [t("verification.decidedAt"), one.decided_at && <When at={one.decided_at} />],
              [t("verification.reason"), one.reason && <bdi>{one.reason}</bdi>],
            ]}
          />
          {question && (
            <div className="stack tight" role="status">
              <h3>{t("verification.question")}</h3>
              <p className="any name">{question}</p>
            </div>
          )}
          <div className="row">
            {question && may("answer_verification") && go("answer", "verification.answer")}
            {runs(one) && may("add_evidence") && go("evidence", "verification.addEvidence")}
            {mayAppeal(one) && may("appeal_verification") && go("appeal", "verification.appeal")}
          </div>
        </div>
      </Card>
      <Card title={t("verification.evidence")}>
        {one.evidence.length === 0 ? (
          <p className="dim">{t("verification.sendEvidence")}</p>
        ) : (
          <ul className="plain stack">
            {one.evidence.map((evidence) => (
              <li key={evidence.id} className="pick">
                <Said evidence={evidence} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      <details>
        <summary>{t("verification.history")}</summary>
        <History steps={one.history} />
      </details>
    </>
  );
}

function Ask({ member }: { member: string }) {
  const { t } = useT();
  const may = useMay();
  if (!may("open_verification")) return null;
  return (
    <Card title={t("verification.request")}>
      <LevelForm member={member} submit={t("verification.request")} />
    </Card>
  );
}
