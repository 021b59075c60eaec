import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { CustomField } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";

/** What the platform notes of its members beside what Hansa knows. */
export default function Fields() {
  const { t, language } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/custom-fields");
  const begin = may("create_custom_field") && (
    <ButtonLink to="/custom-fields/new" variant="filled">
      {t("custom.create")}
    </ButtonLink>
  );
  const columns: Column<CustomField>[] = [
    {
      id: "name",
      header: "custom.name",
      cell: ({ id, name }) =>
        may("change_custom_field") ? (
          <Link to={`/custom-fields/${id}` as never} className="any">
            <bdi>{name}</bdi>
          </Link>
        ) : (
          <bdi className="any">{name}</bdi>
        ),
    },
    { id: "id", header: "members.id", cell: ({ id }) => <code>{id}</code> },
    { id: "kind", header: "custom.kind", cell: ({ kind }) => t(`custom.kindOf.${kind}`) },
    {
      id: "choices",
      header: "custom.choices",
      cell: ({ choices }) =>
        choices.length > 0 && <bdi className="any">{choices.map(({ id, names }) => names?.[language] ?? id).join(", ")}</bdi>,
    },
    { id: "created", header: "custom.made", cell: ({ created_at }) => <When at={created_at} /> },
    {
      id: "remove",
      header: "custom.removeField",
      cell: ({ id, name }) =>
        may("remove_custom_field") && (
          <Link to={`/custom-fields/${id}/remove` as never} aria-label={`${t("custom.removeField")}: ${name}`}>
            {t("custom.removeField")}
          </Link>
        ),
    },
  ];
  return (
    <Page title={t("custom.fields")} under={<p className="dim">{t("custom.fieldsHint")}</p>} actions={begin}>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("custom.fields")} columns={columns} rows={items} id={({ id }) => id} />
          ) : (
            <Empty title="custom.noFields">{begin}</Empty>
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}
