import { useQuery } from "@tanstack/react-query";
import { jobQuery } from "~/api/job.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { formatMoney, minorDigits, Quantity, steps, When } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useParam } from "~/ui/route.ts";
import { JobOutcome } from "~/views/job.tsx";
import { Movers } from "./Movers.tsx";
import { Months } from "./Months.tsx";
import { outcomeOf, tracks, type Outcome } from "./outcome.ts";
import { ProgramTabs } from "./ProgramTabs.tsx";
import { Track } from "./Track.tsx";

/** A simulation while it runs, and what it came to. */
export default function Simulated() {
  const { t } = useT();
  const id = useParam("job");
  const job = useQuery(jobQuery(id)).data;
  return (
    <Page
      title={t("simulate.outcome")}
      under={
        job && (
          <p className="dim">
            <When at={job.created_at} /> · <span className="any">{job.actor}</span>
          </p>
        )
      }
      actions={<ButtonLink to="/program/simulate">{t("simulate.another")}</ButtonLink>}
    >
      <ProgramTabs />
      <JobOutcome id={id} title={t("simulate.running")} again={<ButtonLink to="/program/simulate">{t("simulate.another")}</ButtonLink>}>
        {(done) => <Told outcome={outcomeOf(done)} />}
      </JobOutcome>
    </Page>
  );
}

function Told({ outcome }: { outcome: Outcome }) {
  const { t, language } = useT();
  const money = (text: string) => formatMoney(steps(text, minorDigits(outcome.currency)) ?? 0, outcome.currency, language);
  return (
    <div className="stack wide">
      <div className="grid close">
        <Card title={t("simulate.different")}>
          <p className="figure">
            <Quantity value={outcome.different_members} />
          </p>
          <p className="dim">
            {t("simulate.of")} <Quantity value={outcome.members} />
          </p>
        </Card>
        <Card title={t("simulate.moving")}>
          <p className="figure">
            <Quantity value={outcome.moves.reduce((sum, { members }) => sum + members, 0)} />
          </p>
          <p className="dim">{t("simulate.movingHint")}</p>
        </Card>
        <Card title={t("simulate.outstanding")}>
          <p className="figure">{money(outcome.outstanding_cost_then)}</p>
          <p className="dim">
            {t("simulate.now")} <span className="tnum">{money(outcome.outstanding_cost_now)}</span>
          </p>
        </Card>
        <Card title={t("simulate.judged")}>
          <p className="figure">
            <Quantity value={outcome.facts} />
          </p>
          <p className="dim">
            {t("simulate.upTo")} <When at={outcome.as_of} />
          </p>
        </Card>
      </div>
      {outcome.equal && <p className="chip ok">{t("simulate.equal")}</p>}
      <div className="grid broad">
        {tracks(outcome).map((track) => (
          <Track key={track} outcome={outcome} track={track} />
        ))}
        <Months outcome={outcome} money={money} />
      </div>
      <Movers outcome={outcome} />
    </div>
  );
}
