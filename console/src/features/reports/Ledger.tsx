import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Columns } from "~/ui/Columns.tsx";
import { formatSteps } from "~/ui/format.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded, Loading } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { outlook } from "./outlook.ts";
import { asReport, checks, digits, rowsOf, sum, type Row } from "./rows.ts";

const HORIZONS = ["30", "90", "365"] as const;
const DAY_MS = 86_400_000;

/** Every unit at a glance: what is owed, what lapses and what is released soon, and whether the books balance. */
export default function Ledger() {
  const { t } = useT();
  const [{ within }, change] = useAddress();
  const days = HORIZONS.find((known) => known === String(within)) ?? "90";
  // The same instant as long as the page is open, so that it is one question.
  const [today] = useState(() => Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const until = new Date(today + (Number(days) + 1) * DAY_MS).toISOString();
  const now = $api.useQuery("get", "/v1/reports/liability", {}, { select: asReport });
  const then = $api.useQuery(
    "get",
    "/v1/reports/liability",
    { params: { query: { as_of: until } } },
    { select: asReport, placeholderData: keepPreviousData },
  );
  const journal = $api.useQuery("get", "/v1/reports/journal", {}, { select: asReport });
  return (
    <div className="stack wide">
      <p className="dim">{t("reports.ledgerHint")}</p>
      <div className="row fields">
        <NativeSelect
          label={t("reports.within")}
          value={days}
          onChange={(event) => change({ within: event.currentTarget.value })}
          data={HORIZONS.map((value) => ({ value, label: t("reports.days", { count: Number(value) }) }))}
        />
      </div>
      <Loaded query={now}>
        {(owed) =>
          owed.rows.length === 0 ? (
            <Empty title="reports.none" />
          ) : (
            <div className="grid broad">
              {[...new Set(rowsOf(owed).map(({ unit }) => String(unit)))].map((unit) => (
                <Unit
                  key={unit}
                  unit={unit}
                  now={rowsOf(owed)}
                  then={then.data && rowsOf(then.data)}
                  journal={journal.data && rowsOf(journal.data)}
                  old={then.isPlaceholderData}
                />
              ))}
            </div>
          )
        }
      </Loaded>
      {then.error && <Loaded query={then}>{() => null}</Loaded>}
    </div>
  );
}

type Units = { unit: string; now: Row[]; then: Row[] | undefined; journal: Row[] | undefined; old: boolean };

function Unit({ unit, now, then, journal, old }: Units) {
  const { t, language } = useT();
  const name = useNames()("unit", unit);
  const rows = now.filter((row) => row.unit === unit);
  const scale = digits(rows, "outstanding");
  const told = (value: number) => formatSteps(value, scale, language);
  const balanced = journal && checks(journal, now, unit).every((check) => check.journal === check.stored);
  const coming = then && outlook(now, then, unit);
  const all = (of: "lapses" | "released") => told((coming ?? []).reduce((total, one) => total + one[of], 0));
  return (
    <Card
      title={name}
      actions={
        balanced !== undefined && (
          <Link to={"/reports/books" as never} search={{} as never}>
            <Chip tone={balanced ? "ok" : "bad"}>{t(balanced ? "reports.balanced" : "reports.unbalanced")}</Chip>
          </Link>
        )
      }
    >
      <div className="stack">
        <dl className="figures">
          {(["outstanding", "held"] as const).map((column) => (
            <Figure key={column} name={t(`reports.column.${column}`)} value={told(sum(rows, column))} />
          ))}
          <Figure
            name={`${t("reports.column.net")} ${rows[0]?.currency ?? ""}`}
            value={formatSteps(sum(rows, "net"), digits(rows, "net"), language)}
          />
        </dl>
        {!coming ? (
          <Loading lines={2} />
        ) : (
          <div className={`stack${old ? " old" : ""}`}>
            <dl className="figures">
              <Figure name={t("reports.lapses")} value={all("lapses")} />
              <Figure name={t("reports.released")} value={all("released")} />
            </dl>
            {coming.length === 0 ? (
              <p className="dim">{t("reports.nothingComes")}</p>
            ) : (
              <>
                <Columns
                  label={t("reports.comingOf", { unit: name })}
                  names={coming.map(({ cohort }) => cohort)}
                  scale={scale}
                  series={[
                    { name: t("reports.lapses"), values: coming.map(({ lapses }) => lapses) },
                    { name: t("reports.released"), values: coming.map(({ released }) => released) },
                  ]}
                />
                <Table coming={coming} told={told} label={t("reports.comingOf", { unit: name })} />
              </>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd className="figure">{value}</dd>
  </div>
);

function Table({ coming, told, label }: { coming: ReturnType<typeof outlook>; told: (value: number) => string; label: string }) {
  const { t } = useT();
  return (
    <details>
      <summary>{t("ui.asTable")}</summary>
      <section className="sheet" tabIndex={0} aria-label={label}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{t("reports.column.cohort")}</th>
              <th scope="col" className="num">
                {t("reports.lapses")}
              </th>
              <th scope="col" className="num">
                {t("reports.released")}
              </th>
            </tr>
          </thead>
          <tbody>
            {coming.map(({ cohort, lapses, released }) => (
              <tr key={cohort}>
                <th scope="row">{cohort}</th>
                <td className="num">{told(lapses)}</td>
                <td className="num">{told(released)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
