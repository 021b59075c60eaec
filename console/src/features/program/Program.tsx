import { useQuery } from "@tanstack/react-query";
import { programQuery, textOf } from "~/api/program.ts";
import { useT } from "~/i18n/index.ts";
import { When } from "~/ui/format.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Document } from "./Document.tsx";
import { ProgramTabs } from "./ProgramTabs.tsx";

/** The program in force, as something to read. */
export default function Program() {
  const { t, language } = useT();
  const query = useQuery(programQuery);
  if (query.data === undefined) {
    return (
      <Page title={t("program.title")}>
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <Loaded query={query}>
      {(program) =>
        program ? (
          <Page
            title={textOf(program.document.name, language) ?? program.document.id}
            under={
              <p className="dim">
                {t("receipts.version", { number: program.version.number })} · {t("program.appliedAt")}{" "}
                <When at={program.version.applied_at} />
                {program.version.applied_by && ` · ${program.version.applied_by}`}
              </p>
            }
          >
            <ProgramTabs />
            <Document document={program.document} />
            <details>
              <summary>{t("program.toml")}</summary>
              <pre className="source" tabIndex={0}>
                {program.version.source}
              </pre>
            </details>
          </Page>
        ) : (
          <Page title={t("program.title")}>
            <ProgramTabs />
            <Empty title="errors.no-program" />
          </Page>
        )
      }
    </Loaded>
  );
}
