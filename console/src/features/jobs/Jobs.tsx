import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import { ended } from "~/api/job.ts";
import type { Job } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Button } from "~/ui/Button.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Failed, Loaded } from "~/ui/states.tsx";
import { Cancel, JobChip } from "~/views/job.tsx";

export const JOB_KINDS = ["evaluate", "lapse", "tidy", "simulate", "import", "undo"] as const;
const UPKEEP = ["evaluate", "lapse", "tidy"] as const;
const LOOK_MS = 2000;

/** Where a job shows what it came to. */
const place = ({ id, kind }: Job) => (kind === "simulate" ? `/program/simulations/${id}` : `/jobs/${id}`);

/** Work that takes longer than a request, the latest first, and the upkeep that returns by itself. */
export default function Jobs() {
  const { t, label } = useT();
  const may = useMay();
  const [{ kind, after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/jobs",
    { params: { query: { kind, after, limit: 50 } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.items.some((job) => !ended(job) && job.state === "running") ? LOOK_MS : false),
    },
  );
  const columns: Column<Job>[] = [
    {
      id: "kind",
      header: "jobs.kind",
      cell: (job) => <Link to={place(job) as never}>{label("jobs.kindOf.", job.kind)}</Link>,
    },
    { id: "state", header: "jobs.stateName", cell: (job) => <JobChip state={job.state} /> },
    {
      id: "progress",
      header: "jobs.how",
      cell: (job) =>
        job.state === "running" && <Bar share={job.total ? job.done / job.total : 0} label={label("jobs.kindOf.", job.kind)} />,
    },
    { id: "actor", header: "jobs.by", cell: (job) => <span className="any">{job.actor}</span> },
    { id: "created", header: "jobs.created", cell: (job) => <When at={job.created_at} /> },
    { id: "due", header: "jobs.due", cell: (job) => job.due_at && job.state === "waiting" && <When at={job.due_at} /> },
    { id: "finished", header: "jobs.finished", cell: (job) => job.finished_at && <When at={job.finished_at} /> },
    {
      id: "cancel",
      header: "jobs.cancel",
      cell: (job) => !ended(job) && job.id.startsWith("job_") && may("cancel_job") && <Cancel job={job.id} />,
    },
  ];
  return (
    <Page title={t("jobs.title")} under={<p className="dim">{t("jobs.hint")}</p>}>
      {may("run_job") && (
        <Card title={t("jobs.upkeep")}>
          <ul className="plain stack">
            {UPKEEP.map((one) => (
              <Upkeep key={one} kind={one} />
            ))}
          </ul>
        </Card>
      )}
      <div className="row">
        <NativeSelect
          aria-label={t("jobs.kind")}
          value={kind ?? ""}
          onChange={(event) => change({ kind: event.currentTarget.value || undefined, after: undefined })}
          data={[{ value: "", label: t("jobs.allKinds") }, ...JOB_KINDS.map((value) => ({ value, label: t(`jobs.kindOf.${value}`) }))]}
        />
      </div>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="jobs.none" />
          ) : (
            <>
              <DataTable label={t("jobs.title")} columns={columns} rows={items} id={(job) => job.id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Upkeep({ kind }: { kind: (typeof UPKEEP)[number] }) {
  const { t } = useT();
  const { send, sending, problem } = useSend((_: null, once) =>
    api.POST("/v1/jobs/{job}/run", { params: { path: { job: kind } }, ...once }),
  );
  return (
    <li className="row apart">
      <span className="grow">
        {t(`jobs.kindOf.${kind}`)} <span className="dim">{t(`jobs.does.${kind}`)}</span>
      </span>
      <Button variant="default" size="xs" loading={sending} onClick={() => send(null)}>
        {t("jobs.run")}
      </Button>
      {problem && <Failed told={problem} />}
    </li>
  );
}
