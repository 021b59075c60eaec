import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { inForce } from "~/api/program.ts";
import type { VersionView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { ProgramTabs } from "./ProgramTabs.tsx";

export default function Versions() {
  const { t } = useT();
  const query = $api.useQuery("get", "/v1/program/versions");
  const current = inForce(query.data?.items ?? [])?.number;
  const columns: Column<VersionView>[] = [
    {
      id: "number",
      header: "program.number",
      cell: (version) => (
        <Link to={`/program/versions/${version.number}` as never}>{t("receipts.version", { number: version.number })}</Link>
      ),
    },
    {
      id: "state",
      header: "program.state",
      cell: (version) => version.number === current && <Chip tone="ok">{t("program.inForce")}</Chip>,
    },
    {
      id: "from",
      header: "program.from",
      cell: (version) => (version.effective_from ? <When at={version.effective_from} /> : t("program.always")),
    },
    { id: "applied", header: "program.appliedAt", cell: (version) => <When at={version.applied_at} /> },
    { id: "by", header: "program.by", cell: (version) => version.applied_by && <span className="any">{version.applied_by}</span> },
    { id: "note", header: "program.note", cell: (version) => version.note && <span className="any">{version.note}</span> },
  ];
  return (
    <Page title={t("program.versions")}>
      <ProgramTabs />
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("program.versions")} columns={columns} rows={items.toReversed()} id={(version) => String(version.number)} />
          ) : (
            <Empty title="errors.no-program" />
          )
        }
      </Loaded>
    </Page>
  );
}
