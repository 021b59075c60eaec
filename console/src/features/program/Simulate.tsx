import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { $api, api } from "~/api/client.ts";
import { inForce } from "~/api/program.ts";
import type { Job, Simulation, VersionView } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant, When } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { JobChip } from "~/views/job.tsx";
import { draft } from "./draft.ts";
import { ProgramTabs } from "./ProgramTabs.tsx";

const MOVERS_MAX = 1000;
const DRAFT = "draft";

/** Judges all history by another program: which, over what time; and what was simulated before. */
export default function Simulate() {
  const { t } = useT();
  const versions = $api.useQuery("get", "/v1/program/versions");
  return (
    <Page title={t("program.simulate")} under={<p className="dim">{t("simulate.hint")}</p>}>
      <ProgramTabs />
      <div className="two">
        <Loaded query={versions}>
          {({ items }) => (items.length ? <Candidate versions={items} /> : <Empty title="errors.no-program" />)}
        </Loaded>
        <Before />
      </div>
    </Page>
  );
}

type Asked = Omit<Simulation, "source"> & { candidate: string };

function Candidate({ versions }: { versions: VersionView[] }) {
  const { t } = useT();
  const navigate = useNavigate();
  const [typed] = useState(draft.get);
  const current = inForce(versions)?.number;
  const { send, sending, problem } = useSend(
    async ({ candidate, ...rest }: Asked, once) => {
      const number = Number(candidate);
      const stored = number ? await api.GET("/v1/program/versions/{number}", { params: { path: { number } } }) : undefined;
      if (stored?.error) return { error: stored.error, response: stored.response };
      return api.POST("/v1/program/simulations", { body: { ...rest, source: stored?.data?.source ?? typed ?? "" }, ...once });
    },
    (job: Job) => void navigate({ to: `/program/simulations/${job.id}` as never }),
  );
  return (
    <Card title={t("simulate.new")}>
      <Form
        fields={[
          {
            name: "candidate",
            at: "source",
            label: t("simulate.candidate"),
            kind: "select",
            required: true,
            hint: typed === undefined ? t("simulate.noDraft") : undefined,
            options: [
              ...(typed === undefined ? [] : [{ value: DRAFT, label: t("simulate.draft") }]),
              ...versions.toReversed().map(({ number, note }) => ({
                value: String(number),
                label: [t("receipts.version", { number }), number === current && t("program.inForce"), note].filter(Boolean).join(" · "),
              })),
            ],
          },
          { name: "from", label: t("simulate.from"), hint: t("simulate.fromHint"), kind: "instant" },
          { name: "as_of", label: t("simulate.asOf"), hint: t("simulate.asOfHint"), kind: "instant" },
          {
            name: "movers",
            label: t("simulate.moversAsked"),
            hint: t("simulate.moversHint", { most: MOVERS_MAX }),
            kind: "amount",
            check: (value) => /^\d+$/.test(value) && Number(value) <= MOVERS_MAX,
          },
        ]}
        initial={{ candidate: typed === undefined ? String(current ?? versions[0]!.number) : DRAFT, movers: "100" }}
        submit={t("simulate.start")}
        sending={sending}
        problem={problem}
        onSubmit={({ candidate = "", from = "", as_of = "", movers = "" }) =>
          send({ candidate, from: instant(from) ?? null, as_of: instant(as_of) ?? null, movers: movers ? Number(movers) : null })
        }
      />
    </Card>
  );
}

function Before() {
  const { t } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/jobs", { params: { query: { kind: "simulate", limit: 10 } } }, { enabled: may("list_jobs") });
  const columns: Column<Job>[] = [
    {
      id: "at",
      header: "simulate.at",
      cell: (job) => (
        <Link to={`/program/simulations/${job.id}` as never}>
          <When at={job.created_at} />
        </Link>
      ),
    },
    { id: "by", header: "program.by", cell: (job) => <span className="any">{job.actor}</span> },
    { id: "state", header: "program.state", cell: (job) => <JobChip state={job.state} /> },
  ];
  return (
    <Card title={t("simulate.before")}>
      <Loaded query={query} lines={4}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("simulate.before")} columns={columns} rows={items} id={(job) => job.id} />
          ) : (
            <p className="dim">{t("simulate.none")}</p>
          )
        }
      </Loaded>
    </Card>
  );
}
