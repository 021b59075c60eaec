import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Key } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Day, When } from "~/ui/format.tsx";
import { Chip, Name, Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";

const works = (key: Key) => !key.revoked_at && Date.parse(key.expires_at) > Date.now();

function State({ of: key }: { of: Key }) {
  const { t } = useT();
  if (key.revoked_at) return <Chip>{t("keys.revoked")}</Chip>;
  return works(key) ? <Chip tone="ok">{t("keys.works")}</Chip> : <Chip tone="warn">{t("keys.ended")}</Chip>;
}

export default function Keys() {
  const { t, label } = useT();
  const may = useMay();
  const query = $api.useQuery("get", "/v1/keys");
  const columns: Column<Key>[] = [
    { id: "name", header: "keys.name", cell: (key) => <Name>{key.name}</Name> },
    { id: "state", header: "keys.state", cell: (key) => <State of={key} /> },
    { id: "role", header: "people.role", cell: (key) => label("roles.", key.role) },
    {
      id: "member",
      header: "people.member",
      cell: (key) =>
        key.member && (
          <Link to={"/members/$member" as never} params={{ member: key.member } as never}>
            {key.member}
          </Link>
        ),
    },
    {
      id: "scopes",
      header: "keys.scopes",
      cell: (key) => (
        <span className="small dim any clip" title={key.scopes.join(", ")}>
          {key.scopes.join(", ")}
        </span>
      ),
    },
    { id: "used", header: "keys.used", cell: (key) => (key.used_at ? <When at={key.used_at} /> : "–") },
    { id: "expires", header: "keys.expires", cell: (key) => <Day at={key.expires_at} /> },
    {
      id: "actions",
      header: "keys.actions",
      cell: (key) =>
        works(key) &&
        may("rotate_key") && (
          <span className="row">
            <Link to={`/keys/${key.id}/rotate` as never}>{t("keys.rotate")}</Link>
            <Link to={`/keys/${key.id}/revoke` as never}>{t("keys.revoke")}</Link>
          </span>
        ),
    },
  ];
  return (
    <Page
      title={t("keys.title")}
      actions={
        may("create_key") && (
          <ButtonLink to="/keys/new" variant="filled">
            {t("keys.create")}
          </ButtonLink>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("keys.title")} columns={columns} rows={items} id={(key) => key.id} />
          ) : (
            <Empty title="keys.none" />
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}
