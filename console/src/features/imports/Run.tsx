import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { JobOutcome } from "~/views/job.tsx";
import { Imported, type Result } from "./Imported.tsx";
import { isKind, prepared } from "./prepared.ts";
import { Steps } from "./Steps.tsx";

type Undone = { import: string; undone: { facts: number; restored: number; removed: number; kept: number } };

/** An import or the undoing of one while it runs, and what it came to. */
export default function Run() {
  const { t } = useT();
  const job = useParam("job");
  const [{ upload, kind }] = useAddress();
  const title = upload ? (prepared(upload).name ?? t("imports.new")) : t("imports.undo");
  return (
    <Page
      title={title}
      actions={
        <ButtonLink to="/imports" search={{}}>
          {t("imports.all")}
        </ButtonLink>
      }
    >
      {upload && <Steps at={3} />}
      <JobOutcome
        id={job}
        title={t(upload ? "imports.running" : "imports.undoing")}
        again={
          upload && (
            <ButtonLink to={`/imports/files/${upload}`} search={{ kind }}>
              {t("imports.again")}
            </ButtonLink>
          )
        }
      >
        {(done) =>
          done.kind === "undo" ? (
            <TakenBack {...(done.result as unknown as Undone)} />
          ) : (
            <Imported
              job={done}
              upload={upload}
              kind={isKind(kind) ? kind : undefined}
              actions={
                <ButtonLink size="xs" search={{}} to={`/imports/${(done.result as unknown as Result).imported.id}`}>
                  {t("imports.show")}
                </ButtonLink>
              }
            />
          )
        }
      </JobOutcome>
    </Page>
  );
}

function TakenBack({ import: id, undone }: Undone) {
  const { t } = useT();
  return (
    <Card
      title={t("imports.stateOf.undone")}
      actions={
        <ButtonLink size="xs" search={{}} to={`/imports/${id}`}>
          {t("imports.show")}
        </ButtonLink>
      }
    >
      <dl className="figures">
        {(["facts", "restored", "removed", "kept"] as const).map((key) => (
          <div key={key}>
            <dt>{t(`imports.undone.${key}`)}</dt>
            <dd className="figure">
              <Quantity value={undone[key]} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
