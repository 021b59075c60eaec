import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Columns } from "~/ui/Columns.tsx";
import { formatSteps } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";
import { Dated } from "./Report.tsx";
import { asReport, digits, sum, type Row } from "./rows.ts";

/** What is owed to members in units, by the month of issue. */
export default function Liability() {
  const { t } = useT();
  const [{ as_of }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/reports/liability",
    { params: { query: { as_of } } },
    { select: asReport, placeholderData: keepPreviousData },
  );
  return (
    <Dated report="liability" title={t("reports.liability")} query={query}>
      {(rows) =>
        [...new Set(rows.map(({ unit }) => String(unit)))].map((unit) => (
          <Unit key={unit} unit={unit} rows={rows.filter((row) => row.unit === unit)} />
        ))
      }
    </Dated>
  );
}

function Unit({ unit, rows }: { unit: string; rows: Row[] }) {
  const { t, language } = useT();
  const name = useNames()("unit", unit);
  const scale = digits(rows, "outstanding");
  const ordered = rows.toSorted((a, b) => String(a.cohort).localeCompare(String(b.cohort)));
  const minor = (column: string) => ordered.map((row) => Number(row[`${column}_minor`] ?? 0));
  return (
    <Card title={name}>
      <div className="stack">
        <dl className="figures">
          {(["outstanding", "held"] as const).map((column) => (
            <div key={column}>
              <dt>{t(`reports.column.${column}`)}</dt>
              <dd className="figure">{formatSteps(sum(rows, column), scale, language)}</dd>
            </div>
          ))}
          <div>
            <dt>
              {t("reports.column.net")} {rows[0]?.currency}
            </dt>
            <dd className="figure">{formatSteps(sum(rows, "net"), digits(rows, "net"), language)}</dd>
          </div>
        </dl>
        <Columns
          label={t("reports.cohorts", { unit: name })}
          names={ordered.map(({ cohort }) => String(cohort))}
          scale={scale}
          series={[
            { name: t("reports.column.issued"), values: minor("issued") },
            { name: t("reports.column.outstanding"), values: minor("outstanding") },
          ]}
        />
      </div>
    </Card>
  );
}
