import type { ReactNode } from "react";
import type { ImportKind } from "~/api/imports.gen.ts";
import type { Job } from "~/api/schema.gen.ts";
import { languageOf, useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";

export type Reject = { line: number | null; column: string | null; reason: string; original: string };
/** What an import, or the trial of one, came to. */
export type Result = {
  imported: {
    id: string | null;
    lines: number;
    accepted: number;
    skipped: number;
    rejected: number;
    members_created: number;
    members_changed: number;
    contacts_created: number;
    contacts_changed: number;
    facts: Record<string, number>;
    brought_back: number;
    unchanged: number;
    reasons: Record<string, number>;
  };
  rejects: Reject[];
};

type Props = { job: Job; upload?: string; kind?: ImportKind; actions?: ReactNode };

/** The counts of an import or a trial, why rows were refused, and the first of them as they stand in the file. */
export function Imported({ job, upload, kind, actions }: Props) {
  const { t, label } = useT();
  const { imported, rejects } = job.result as unknown as Result;
  const trial = imported.id === null;
  const counts: [string, number][] = [
    [t("imports.membersCreated"), imported.members_created],
    [t("imports.membersChanged"), imported.members_changed],
    [t("imports.contactsCreated"), imported.contacts_created],
    [t("imports.contactsChanged"), imported.contacts_changed],
    ...Object.entries(imported.facts).map(([fact, count]): [string, number] => [label("kinds.", fact), count]),
    [t("imports.broughtBack"), imported.brought_back],
    [t("imports.unchanged"), imported.unchanged],
  ];
  return (
    <div className="stack wide">
      <Card title={t(trial ? "imports.trial" : "imports.done")} actions={actions}>
        <div className="stack wide">
          <dl className="figures">
            {(["lines", "accepted", "skipped", "rejected"] as const).map((key) => (
              <div key={key}>
                <dt>{t(`imports.${key}`)}</dt>
                <dd className="figure">
                  <Quantity value={imported[key]} />
                </dd>
              </div>
            ))}
          </dl>
          <ul className="plain stack tight">
            {counts
              .filter(([, count]) => count > 0)
              .map(([name, count]) => (
                <li key={name} className="row">
                  <span className="grow">{name}</span>
                  <Quantity value={count} />
                </li>
              ))}
          </ul>
          {trial && <p className="dim">{t("imports.trialHint")}</p>}
        </div>
      </Card>
      {imported.rejected > 0 && (
        <Card
          title={t("imports.refused")}
          actions={
            <div className="row">
              <Button component="a" variant="default" size="xs" href={`/v1/imports/rejects/${job.id}`} download>
                {t("imports.download")}
              </Button>
              {upload && kind && (
                <ButtonLink size="xs" to={`/imports/runs/${job.id}/repair`} search={{ upload, kind }}>
                  {t("imports.repair")}
                </ButtonLink>
              )}
            </div>
          }
        >
          <div className="stack">
            <Reasons reasons={imported.reasons} />
            <Rejects rejects={rejects} all={imported.rejected} />
          </div>
        </Card>
      )}
    </div>
  );
}

export function Reasons({ reasons }: { reasons: Record<string, number> }) {
  return (
    <ul className="plain stack tight">
      {Object.entries(reasons)
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 20)
        .map(([reason, count]) => (
          <li key={reason} className="row">
            <span className="grow any" lang={languageOf(reason)}>
              {reason}
            </span>
            <Quantity value={count} />
          </li>
        ))}
    </ul>
  );
}

function Rejects({ rejects, all }: { rejects: Reject[]; all: number }) {
  const { t } = useT();
  return (
    <details>
      <summary>{t("imports.first", { shown: rejects.length, all })}</summary>
      <section className="sheet" tabIndex={0} aria-label={t("imports.refused")}>
        <table className="data cards">
          <thead>
            <tr>
              {(["line", "column", "reason", "original"] as const).map((key) => (
                <th key={key} scope="col">
                  {t(`imports.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rejects.map((row, n) => (
              <tr key={n}>
                <td data-label={t("imports.line")} className="tnum">
                  {row.line}
                </td>
                <td data-label={t("imports.column")}>{row.column}</td>
                <td data-label={t("imports.reason")} lang={languageOf(row.reason)}>
                  {row.reason}
                </td>
                <td data-label={t("imports.original")}>
                  <code>{row.original}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
