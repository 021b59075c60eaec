import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import type { Explanation } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Day, Decimal, Quantity } from "~/ui/format.tsx";
import { Card, Chip, Pairs } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { Notes } from "~/views/custom.tsx";
import { useNames } from "~/views/names.tsx";
import { Balance, Track } from "~/views/standing.tsx";
import { useRank } from "~/views/tier.tsx";
import { Profile } from "./Profile.tsx";
import { Receipt } from "./Receipt.tsx";

export default function StandingPage() {
  const member = useParam("member");
  const [{ as_of }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/standing",
    { params: { path: { member }, query: { as_of, receipts: 6 } } },
    { placeholderData: keepPreviousData },
  );
  return (
    <>
      <Loaded query={query}>{(standing) => <Standing standing={standing} />}</Loaded>
      <Outlet />
    </>
  );
}

type Metric = Explanation["metrics"][number];

function useMetricColumns(): Column<Metric>[] {
  const names = useNames();
  return [
    { id: "metric", header: "standing.metric", cell: (metric) => names("metric", metric.metric) },
    { id: "value", header: "standing.value", number: true, cell: (metric) => <Decimal text={metric.value} /> },
    {
      id: "window",
      header: "standing.window",
      cell: (metric) => (
        <span className="dim">
          {metric.from ? (
            <>
              <Day at={metric.from} /> –{" "}
            </>
          ) : (
            ""
          )}
          <Day at={metric.to} />
        </span>
      ),
    },
    {
      id: "facts",
      header: "standing.facts",
      number: true,
      cell: (metric) => (metric.counts ? <Quantity value={metric.facts} /> : "–"),
    },
  ];
}

function Standing({ standing }: { standing: Explanation }) {
  const { t, label } = useT();
  const names = useNames();
  const rank = useRank();
  const metrics = useMetricColumns();
  const base = `/members/${encodeURIComponent(standing.member)}`;
  const why = (
    <Link to={`${base}/receipts` as never} search={true as never}>
      {t("receipts.why")}
    </Link>
  );
  return (
    <div className="two">
      <div className="stack wide">
        {standing.tracks.map((track) => (
          <Track key={track.track.id} track={track} rank={rank(track.track.id, track.tier.id)} why={why} />
        ))}
        <div className="grid">
          {standing.balances
            .filter((balance) => balance.available || balance.held || balance.reserved || balance.owed || balance.expired || balance.spent)
            .map((balance) => (
              <Balance
                key={balance.unit.id}
                balance={balance}
                actions={
                  <Link to={`${base}/points` as never} search={{ unit: balance.unit.id } as never}>
                    {t("receipts.why")}
                  </Link>
                }
              />
            ))}
        </div>
        <h2>{t("standing.metrics")}</h2>
        <DataTable label={t("standing.metrics")} columns={metrics} rows={standing.metrics} id={(metric) => metric.metric.id} />
      </div>
      <div className="stack wide">
        <Profile member={standing.member} />
        <Noted member={standing.member} />
        <Card title={t("standing.title")}>
          <Pairs
            of={[
              [t("standing.stage"), standing.stage && <Chip tone="info">{names("stage", standing.stage)}</Chip>],
              [t("standing.joined"), standing.joined && <Day at={standing.joined} />],
              [t("standing.program"), `${names("program", standing.program)} · ${t("receipts.version", { number: standing.version })}`],
              [t("standing.judged"), <Quantity key="facts" value={standing.facts} />],
              [
                t("standing.segments"),
                standing.segments.length > 0 && (
                  <span className="row">
                    {standing.segments.map((segment) => (
                      <Chip key={segment.id}>{names("segment", segment)}</Chip>
                    ))}
                  </span>
                ),
              ],
            ]}
          />
        </Card>
        {standing.conditions.length > 0 && (
          <Card title={t("standing.conditions")}>
            <ul className="plain stack">
              {standing.conditions.map(({ section, condition, triggers }) => (
                <li key={section + condition.id}>
                  <Chip tone={section === "alert" ? "bad" : "info"}>{label("standing.section.", section)}</Chip> {names(section, condition)}
                  {triggers && <div className="small dim any">{triggers}</div>}
                </li>
              ))}
            </ul>
          </Card>
        )}
        <Card title={t("receipts.latest")} actions={why}>
          {standing.receipts.length === 0 && <p className="dim">{t("receipts.none")}</p>}
          <ol className="timeline">
            {standing.receipts.map((receipt) => (
              <Receipt key={receipt.key} member={standing.member} receipt={receipt} />
            ))}
          </ol>
        </Card>
      </div>
    </div>
  );
}

/** What is noted of the member, for who may read it. */
function Noted({ member }: { member: string }) {
  const { t } = useT();
  const may = useMay();
  const about = useQuery(memberQuery(member)).data?.value;
  if (!may("read_custom", about)) return null;
  return (
    <Notes
      member={member}
      actions={
        may("change_custom", about) && (
          <Link to={`/members/${encodeURIComponent(member)}/notes` as never} search={true as never}>
            {t("custom.change")}
          </Link>
        )
      }
    />
  );
}
