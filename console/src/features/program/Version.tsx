import { NativeSelect } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Diff } from "~/ui/Diff.tsx";
import { When } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { ProgramTabs } from "./ProgramTabs.tsx";

/** One version: its file, and what it changed of the one before. */
export default function Version() {
  const { t } = useT();
  const may = useMay();
  const number = Number(useParam("number"));
  const query = $api.useQuery("get", "/v1/program/versions/{number}", { params: { path: { number } } });
  const [{ against }, change] = useAddress();
  const other = Number(against) || number - 1;
  const before = $api.useQuery("get", "/v1/program/versions/{number}", { params: { path: { number: other } } }, { enabled: other > 0 });
  const versions = $api.useQuery("get", "/v1/program/versions").data?.items ?? [];
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
            {versions.length > 1 && (
              <Card
                title={other > 0 ? t("program.changes", { number: other }) : t("program.against")}
                actions={
                  <NativeSelect
                    aria-label={t("program.against")}
                    value={other > 0 ? String(other) : ""}
                    onChange={(event) => change({ against: event.currentTarget.value || undefined })}
                    data={[
                      ...(other > 0 ? [] : [{ value: "", label: "–" }]),
                      ...versions
                        .filter((one) => one.number !== number)
                        .map((one) => ({ value: String(one.number), label: t("receipts.version", { number: one.number }) })),
                    ]}
                  />
                }
              >
                {before.data?.source &&
                  (before.data.source === version.source ? (
                    <p className="dim">{t("program.equalText", { number: other })}</p>
                  ) : (
                    <Diff before={before.data.source} after={version.source ?? ""} />
                  ))}
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
