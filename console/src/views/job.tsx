import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { api } from "~/api/client.ts";
import { ended, jobQuery, type JobState } from "~/api/job.ts";
import type { Job } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { languageOf, useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Button } from "~/ui/Button.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card, Chip, type Tone } from "~/ui/Page.tsx";
import { Failed, Loaded } from "~/ui/states.tsx";

const TONES: Record<JobState, Tone> = { waiting: "wait", running: "info", done: "ok", failed: "bad", cancelled: "none" };

export function JobChip({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state as JobState]}>{label("jobs.state.", state)}</Chip>;
}

export function Cancel({ job }: { job: string }) {
  const { t } = useT();
  const { send, sending, problem } = useSend((_: null, once) => api.POST("/v1/jobs/{job}/cancel", { params: { path: { job } }, ...once }));
  return (
    <>
      <Button variant="default" size="xs" loading={sending} onClick={() => send(null)}>
        {t("jobs.cancel")}
      </Button>
      {problem && <Failed told={problem} />}
    </>
  );
}

/** A job while it goes on, what went wrong with it, or what came of it. */
export function JobOutcome({
  id,
  title,
  again,
  children,
}: {
  id: string;
  title: string;
  again?: ReactNode;
  children: (job: Job) => ReactNode;
}) {
  const query = useQuery(jobQuery(id));
  const queries = useQueryClient();
  const state = query.data?.state;
  const seen = useRef(state);
  // What a job did shows elsewhere: everything read before is old once it has ended.
  useEffect(() => {
    if (seen.current && state && seen.current !== state && ended({ state })) void queries.invalidateQueries();
    seen.current = state;
  }, [state, queries]);
  return <Loaded query={query}>{(job) => (job.state === "done" ? children(job) : <Going job={job} title={title} again={again} />)}</Loaded>;
}

function Going({ job, title, again }: { job: Job; title: string; again?: ReactNode }) {
  const { t } = useT();
  const may = useMay();
  return (
    <Card title={title} actions={<JobChip state={job.state} />}>
      <div className="stack">
        {!ended(job) && (
          <>
            <Bar share={job.total ? job.done / job.total : 0} label={title} />
            <p className="row apart">
              <span className="dim">
                {t(job.state === "waiting" ? "jobs.waits" : "jobs.progress")}{" "}
                {job.state === "running" && (
                  <>
                    <Quantity value={job.done} />
                    {job.total != null && (
                      <>
                        {" / "}
                        <Quantity value={job.total} />
                      </>
                    )}
                  </>
                )}
              </span>
              {may("cancel_job") && <Cancel job={job.id} />}
            </p>
          </>
        )}
        {job.error && (
          <pre className="diff" lang={languageOf(job.error)} role={job.state === "failed" ? "alert" : undefined}>
            {job.error}
          </pre>
        )}
        {job.state === "cancelled" && <p>{t("jobs.cancelled")}</p>}
        {ended(job) && again}
      </div>
    </Card>
  );
}
