import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Diff } from "~/ui/Diff.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { ProgramTabs } from "./ProgramTabs.tsx";

/** One version: its file, and what it changed of the one before. */
export default function Version() {
  const { t } = useT();
  const may = useMay();
  const number = Number(useParam("number"));
  const query = $api.useQuery("get", "/v1/program/versions/{number}", { params: { path: { number } } });
  const before = $api.useQuery(
    "get",
    "/v1/program/versions/{number}",
    { params: { path: { number: number - 1 } } },
    { enabled: number > 1 },
  );
  return (
    <Page
      title={t("receipts.version", { number })}
      actions={may("rollback_program") && <ButtonLink to={`/program/versions/${number}/rollback`}>{t("program.rollback")}</ButtonLink>}
      under={
        query.data && (
          <p className="dim">
            {t("program.appliedAt")} <When at={query.data.applied_at} />
            {query.data.note && ` · ${query.data.note}`}
          </p>
        )
      }
    >
      <ProgramTabs />
      <Loaded query={query}>
        {(version) => (
          <div className="stack wide">
            {before.data?.source && (
              <Card title={t("program.changes", { number: number - 1 })}>
                <Diff before={before.data.source} after={version.source ?? ""} />
              </Card>
            )}
            <pre className="source" tabIndex={0} aria-label={t("program.toml")} role="region">
              {version.source}
            </pre>
          </div>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}
