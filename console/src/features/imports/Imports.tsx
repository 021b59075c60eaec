import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Import } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { StateChip } from "./StateChip.tsx";

/** What was brought in from files, the newest first. */
export default function Imports() {
  const { t, label } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/imports");
  const begin = may("run_import") && (
    <ButtonLink to="/imports/new" variant="filled">
      {t("imports.new")}
    </ButtonLink>
  );
  const columns: Column<Import>[] = [
    {
      id: "files",
      header: "imports.file",
      cell: (one) => (
        <Link to={`/imports/${one.id}` as never} className="any">
          {one.files.join(", ") || one.id}
        </Link>
      ),
    },
    { id: "kind", header: "imports.kind", cell: (one) => label("imports.kindOf.", one.kind) },
    { id: "state", header: "imports.state", cell: (one) => <StateChip state={one.state} /> },
    { id: "began", header: "imports.began", cell: (one) => <When at={one.began_at} /> },
    { id: "lines", header: "imports.lines", number: true, cell: (one) => <Quantity value={one.lines} /> },
    { id: "accepted", header: "imports.accepted", number: true, cell: (one) => <Quantity value={one.accepted} /> },
    { id: "rejected", header: "imports.rejected", number: true, cell: (one) => <Quantity value={one.rejected} /> },
  ];
  return (
    <Page title={t("imports.title")} under={<p className="dim">{t("imports.hint")}</p>} actions={begin}>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("imports.title")} columns={columns} rows={items} id={(one) => one.id} />
          ) : (
            <Empty title="imports.none">
              <p>{t("imports.noneHint")}</p>
              {begin}
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
