import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { formatSteps } from "~/ui/format.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { accounts, asReport, checks, digits, rowsOf, type Row } from "./rows.ts";

/** Whether the books balance: the accounts of each unit over all days, beside what members have. */
export default function Books() {
  const { t } = useT();
  const journal = $api.useQuery("get", "/v1/reports/journal", {}, { select: asReport });
  const liability = $api.useQuery("get", "/v1/reports/liability", {}, { select: asReport });
  return (
    <div className="stack wide">
      <p className="dim">{t("reports.booksHint")}</p>
      <Loaded query={journal}>
        {(posted) => (
          <Loaded query={liability}>
            {(owed) =>
              posted.rows.length === 0 ? (
                <Empty title="reports.none" />
              ) : (
                <div className="grid broad">
                  {[...new Set(rowsOf(posted).map(({ unit }) => String(unit)))].map((unit) => (
                    <Unit key={unit} unit={unit} journal={rowsOf(posted)} liability={rowsOf(owed)} />
                  ))}
                </div>
              )
            }
          </Loaded>
        )}
      </Loaded>
    </div>
  );
}

function Unit({ unit, journal, liability }: { unit: string; journal: Row[]; liability: Row[] }) {
  const { t, label, language } = useT();
  const names = useNames();
  const scale = digits(
    journal.filter((row) => row.unit === unit),
    "amount",
  );
  const told = (value: number) => formatSteps(value, scale, language);
  const all = checks(journal, liability, unit);
  const balanced = all.every((check) => check.journal === check.stored);
  return (
    <Card
      title={names("unit", unit)}
      actions={<Chip tone={balanced ? "ok" : "bad"}>{t(balanced ? "reports.balanced" : "reports.unbalanced")}</Chip>}
    >
      <div className="stack wide">
        <section className="sheet" tabIndex={0} aria-label={t("reports.accountsOf", { unit: names("unit", unit) })}>
          <table className="data">
            <thead>
              <tr>
                <th scope="col">{t("reports.accountName")}</th>
                {(["into", "outOf", "balance"] as const).map((key) => (
                  <th key={key} scope="col" className="num">
                    {t(`reports.${key}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {accounts(journal, unit).map((one) => (
                <tr key={one.account}>
                  <th scope="row">{label("reports.account.", one.account)}</th>
                  <td className="num">{told(one.into)}</td>
                  <td className="num">{told(one.outOf)}</td>
                  <td className="num">{told(one.balance)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <ul className="plain stack">
          {all.map((check) => (
            <li key={check.name} className="row apart">
              <span className="head">{t(`reports.check.${check.name}`)}</span>
              <span className="tnum">
                {told(check.journal)} {check.journal === check.stored ? "=" : "≠"} {told(check.stored)}
              </span>
              {check.journal === check.stored ? (
                <Chip tone="ok">✓ {t("reports.equal")}</Chip>
              ) : (
                <Chip tone="bad">{t("reports.differs", { by: told(check.journal - check.stored) })}</Chip>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
