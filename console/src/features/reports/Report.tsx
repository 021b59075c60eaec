import { TextInput } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { ReportView } from "~/api/schema.gen.ts";
import { useT, type Language } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { formatSteps, instant, localInput, steps, When } from "~/ui/format.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { rowsOf, type Row } from "./rows.ts";

const PAGE = 40;

/** The instant of a report, chosen in the address; without one it reads what is stored. */
export function AsOf({ name = "as_of", label }: { name?: "as_of" | "since"; label: string }) {
  const [search, change] = useAddress();
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={localInput(search[name])}
      onChange={(event) => change({ [name]: instant(event.currentTarget.value) })}
    />
  );
}

export function Csv({ report, query }: { report: string; query: Record<string, string | undefined> }) {
  const { t } = useT();
  const asked = new URLSearchParams(
    Object.entries({ ...query, format: "csv" }).filter((pair): pair is [string, string] => Boolean(pair[1])),
  );
  return (
    <Button component="a" variant="default" href={`/v1/reports/${report}?${asked}`} download={`${report}.csv`}>
      {t("reports.csv")}
    </Button>
  );
}

/** A report as of an instant: the choice of it, the file, and what is drawn above the rows. */
export function Dated({
  report,
  title,
  query,
  children,
}: {
  report: "liability" | "tiers";
  title: string;
  query: UseQueryResult<ReportView, unknown>;
  children: (rows: Row[]) => ReactNode;
}) {
  const { t } = useT();
  const [{ as_of }] = useAddress();
  return (
    <div className="stack wide">
      <div className="row fields">
        <AsOf label={t("reports.asOf")} />
        <Csv report={report} query={{ as_of }} />
      </div>
      <Loaded query={query}>
        {(found) => (
          <Report report={found} title={title} old={query.isPlaceholderData}>
            <div className="grid broad">{children(rowsOf(found))}</div>
          </Report>
        )}
      </Loaded>
    </div>
  );
}

/** The rows of a report, and what they rest on. */
export function Report({ report, title, old, children }: { report: ReportView; title: string; old?: boolean; children?: ReactNode }) {
  const { t, label } = useT();
  const [shown, setShown] = useState(PAGE);
  const rows = rowsOf(report);
  if (rows.length === 0) return <Empty title="reports.none" />;
  return (
    <div className={`stack wide${old ? " old" : ""}`}>
      {children}
      <section className="sheet" tabIndex={0} aria-label={title}>
        <table className="data cards">
          <thead>
            <tr>
              {report.columns.map((column) => (
                <th key={column} scope="col" className={numeric(rows, column) ? "num" : undefined}>
                  {label("reports.column.", column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, n) => (
              <tr key={n}>
                {report.columns.map((column) => (
                  <td key={column} data-label={label("reports.column.", column)} className={numeric(rows, column) ? "num" : undefined}>
                    <Cell row={row} column={column} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          {t("ui.more")}
        </Button>
      )}
      <ul className="plain stack tight small dim">
        {report.notes.map((note) => (
          <li key={note} lang="en" className="any">
            {note}
          </li>
        ))}
      </ul>
    </div>
  );
}

const numeric = (rows: Row[], column: string) => rows.some((row) => `${column}_minor` in row || typeof row[column] === "number");

/** With as many digits behind the point as the server has. */
const exactly = (text: string, language: Language) => {
  const scale = (text.split(".")[1] ?? "").length;
  return formatSteps(steps(text, scale) ?? 0, scale, language);
};

function Cell({ row, column }: { row: Row; column: string }) {
  const { label, language } = useT();
  const names = useNames();
  const value = row[column];
  if (value === null || value === undefined) return null;
  const text = String(value);
  if (`${column}_minor` in row || typeof value === "number") return <span className="tnum">{exactly(text, language)}</span>;
  switch (column) {
    case "unit":
      return names("unit", text);
    case "track":
      return names("track", text);
    case "tier":
      return names(`tier.${row.track}`, text);
    case "from":
    case "to":
      return row.track === undefined ? label("reports.account.", text) : names(`tier.${row.track}`, text);
    case "reason":
      return label("reports.reason.", text);
    case "at":
      return <When at={text} />;
    case "member":
      return <MemberLink id={text} />;
    case "receipt":
      return <code>{text}</code>;
    default:
      return <bdi>{text}</bdi>;
  }
}

function MemberLink({ id }: { id: string }) {
  return (
    <Link to={"/members/$member/receipts" as never} params={{ member: id } as never}>
      {id}
    </Link>
  );
}
