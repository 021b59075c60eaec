import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Webhook } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { EndpointChip } from "./EndpointChip.tsx";
import { useEventName } from "./kinds.ts";

/** Where events are sent. */
export default function Webhooks() {
  const { t } = useT();
  const may = useMay();
  const name = useEventName();
  const query = $api.useQuery("get", "/v1/webhooks");
  const begin = may("create_webhook") && (
    <ButtonLink to="/webhooks/new" variant="filled">
      {t("webhooks.create")}
    </ButtonLink>
  );
  const columns: Column<Webhook>[] = [
    {
      id: "name",
      header: "webhooks.name",
      cell: (one) => (
        <Link to={`/webhooks/${one.id}` as never} className="any">
          <bdi>{one.name}</bdi>
        </Link>
      ),
    },
    { id: "state", header: "webhooks.state", cell: (one) => <EndpointChip state={one.state} /> },
    { id: "url", header: "webhooks.url", cell: (one) => <span className="any">{one.url}</span> },
    {
      id: "kinds",
      header: "webhooks.kinds",
      cell: (one) => <span className="clip">{one.kinds.length ? one.kinds.map(name).join(", ") : t("webhooks.allKinds")}</span>,
    },
    { id: "failures", header: "webhooks.failures", number: true, cell: (one) => <Quantity value={one.failures} /> },
    { id: "created", header: "webhooks.created", cell: (one) => <When at={one.created_at} /> },
  ];
  return (
    <Page title={t("webhooks.title")} under={<p className="dim">{t("webhooks.hint")}</p>} actions={begin}>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("webhooks.title")} columns={columns} rows={items} id={(one) => one.id} />
          ) : (
            <Empty title="webhooks.none">{begin}</Empty>
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}
