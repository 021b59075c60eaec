import { useQuery } from "@tanstack/react-query";
import { entries, programQuery } from "~/api/program.ts";
import { useT } from "~/i18n/index.ts";
import { Columns } from "~/ui/Columns.tsx";
import { minorDigits, Quantity, steps } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useNames } from "~/views/names.tsx";
import { issued, monthsOf, outstanding, type Outcome } from "./outcome.ts";

/** What is issued month by month under both programs, what that costs, and what is then outstanding. */
export function Months({ outcome, money }: { outcome: Outcome; money: (text: string) => string }) {
  const { t } = useT();
  const digits = minorDigits(outcome.currency);
  const minor = (text: string) => steps(text, digits) ?? 0;
  const names = useNames();
  const document = useQuery(programQuery).data?.document;
  const scale = (unit: string) => Number((document && entries(document, "unit").find(({ id }) => id === unit)?.scale) ?? 0);
  const units = [...new Set(outcome.months.map(({ unit }) => unit))];
  return units.map((unit) => {
    const months = monthsOf(outcome, unit);
    const title = names("unit", unit);
    const leftNow = outstanding(months.map(({ now }) => now));
    const leftThen = outstanding(months.map(({ then }) => then));
    const costs = months.some(({ cost_now, cost_then }) => minor(cost_now) !== 0 || minor(cost_then) !== 0);
    return (
      <Card key={unit} title={`${title} · ${t("simulate.byMonth")}`}>
        <div className="stack">
          <Columns
            label={t("simulate.issuedOf", { unit: title })}
            names={months.map(({ month }) => month)}
            scale={scale(unit)}
            series={[
              { name: t("simulate.issuedNow"), values: months.map(({ now }) => issued(now)) },
              { name: t("simulate.issuedThen"), values: months.map(({ then }) => issued(then)) },
            ]}
          />
          <Columns
            label={t("simulate.outstandingOf", { unit: title })}
            names={months.map(({ month }) => month)}
            scale={scale(unit)}
            series={[
              { name: t("simulate.outstandingNow"), values: leftNow },
              { name: t("simulate.outstandingThen"), values: leftThen },
            ]}
          />
          {costs && (
            <Columns
              label={t("simulate.costOf", { unit: title, currency: outcome.currency })}
              names={months.map(({ month }) => month)}
              scale={digits}
              series={[
                { name: t("simulate.costNow"), values: months.map(({ cost_now }) => minor(cost_now)) },
                { name: t("simulate.costThen"), values: months.map(({ cost_then }) => minor(cost_then)) },
              ]}
            />
          )}
          <details>
            <summary>{t("ui.asTable")}</summary>
            <section className="sheet" tabIndex={0} aria-label={t("simulate.issuedOf", { unit: title })}>
              <table className="data">
                <thead>
                  <tr>
                    <th scope="col">{t("simulate.month")}</th>
                    {(
                      [
                        "issuedNow",
                        "issuedThen",
                        "spentThen",
                        "lapsedThen",
                        "outstandingNow",
                        "outstandingThen",
                        "costNow",
                        "costThen",
                      ] as const
                    ).map((key) => (
                      <th key={key} scope="col" className="num">
                        {t(`simulate.${key}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {months.map(({ month, now, then, cost_now, cost_then }, at) => (
                    <tr key={month}>
                      <th scope="row" className="tnum">
                        {month}
                      </th>
                      {[issued(now), issued(then), then.spent, then.expired, leftNow[at]!, leftThen[at]!].map((value, n) => (
                        <td key={n} className="num">
                          <Quantity value={value} scale={scale(unit)} />
                        </td>
                      ))}
                      <td className="num">{money(cost_now)}</td>
                      <td className="num">{money(cost_then)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </div>
      </Card>
    );
  });
}
