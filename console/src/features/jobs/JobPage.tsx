import { useQuery } from "@tanstack/react-query";
import { jobQuery } from "~/api/job.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { useParam } from "~/ui/route.ts";
import { JobChip, JobOutcome } from "~/views/job.tsx";

/** One job: how far it is, and what came of it. */
export default function JobPage() {
  const { t, label } = useT();
  const id = useParam("job");
  const job = useQuery(jobQuery(id)).data;
  const title = job ? label("jobs.kindOf.", job.kind) : id;
  return (
    <Page
      title={title}
      under={<code className="dim">{id}</code>}
      actions={
        <ButtonLink to="/jobs" search={{}}>
          {t("jobs.all")}
        </ButtonLink>
      }
    >
      {job && (
        <Card>
          <Pairs
            of={[
              [t("jobs.stateName"), <JobChip key="state" state={job.state} />],
              [t("jobs.by"), job.actor],
              [t("jobs.created"), <When key="created" at={job.created_at} />],
              [t("jobs.started"), job.started_at && <When at={job.started_at} />],
              [t("jobs.finished"), job.finished_at && <When at={job.finished_at} />],
              [t("jobs.due"), job.due_at && <When at={job.due_at} />],
            ]}
          />
        </Card>
      )}
      <JobOutcome id={id} title={title}>
        {(done) =>
          done.result ? (
            <Card title={t("jobs.result")}>
              <pre className="source" tabIndex={0} role="region" aria-label={t("jobs.result")}>
                {JSON.stringify(done.result, null, 2)}
              </pre>
            </Card>
          ) : (
            <p className="dim">{t("jobs.noResult")}</p>
          )
        }
      </JobOutcome>
    </Page>
  );
}
