import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import type { Delivery, Webhook } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Failed, Loaded } from "~/ui/states.tsx";
import { EndpointChip } from "./EndpointChip.tsx";
import { useEventName } from "./kinds.ts";

const STATES = ["waiting", "done", "failed"] as const;

/** One endpoint, and what was sent to it. */
export default function WebhookPage() {
  const { t } = useT();
  const may = useMay();
  const id = useParam("webhook");
  const query = $api.useQuery("get", "/v1/webhooks/{webhook}", { params: { path: { webhook: id } } });
  return (
    <Page
      title={query.data?.name ?? id}
      under={<code className="dim any">{query.data?.url ?? id}</code>}
      actions={
        <ButtonLink to="/webhooks" search={{}}>
          {t("webhooks.all")}
        </ButtonLink>
      }
    >
      <Loaded query={query}>
        {(one) => (
          <>
            {may("change_webhook") && <Acts one={one} />}
            <About one={one} />
            <Deliveries id={id} />
          </>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}

function Acts({ one }: { one: Webhook }) {
  const { t } = useT();
  const disabled = one.state === "disabled";
  const { send, sending, problem } = useSend((change: { disabled: boolean }) =>
    api.PATCH("/v1/webhooks/{webhook}", { params: { path: { webhook: one.id } }, body: change }),
  );
  const base = `/webhooks/${one.id}`;
  return (
    <>
      <div className="row noprint">
        <Button variant="default" loading={sending} onClick={() => send({ disabled: !disabled })}>
          {t(disabled ? "webhooks.enable" : "webhooks.disable")}
        </Button>
        {one.state === "paused" && (
          <Button variant="default" loading={sending} onClick={() => send({ disabled: false })}>
            {t("webhooks.resume")}
          </Button>
        )}
        <ButtonLink to={`${base}/change`}>{t("webhooks.change")}</ButtonLink>
        <ButtonLink to={`${base}/replay`}>{t("webhooks.replay")}</ButtonLink>
        <ButtonLink to={`${base}/rotate`}>{t("webhooks.rotate")}</ButtonLink>
        <ButtonLink to={`${base}/remove`}>{t("webhooks.remove")}</ButtonLink>
      </div>
      {problem && <Failed told={problem} />}
    </>
  );
}

function About({ one }: { one: Webhook }) {
  const { t } = useT();
  const name = useEventName();
  return (
    <Card title={t("webhooks.about")} actions={<EndpointChip state={one.state} />}>
      <Pairs
        of={[
          [t("webhooks.kinds"), one.kinds.length ? one.kinds.map(name).join(", ") : t("webhooks.allKinds")],
          [t("webhooks.failures"), <Quantity key="failures" value={one.failures} />],
          [t("webhooks.pausedUntil"), one.paused_until && <When at={one.paused_until} />],
          [t("webhooks.disabledWhy"), one.disabled_why && <span lang="en">{one.disabled_why}</span>],
          [t("webhooks.oldSecret"), one.old_secret_until && <When at={one.old_secret_until} />],
          [t("webhooks.created"), <When key="created" at={one.created_at} />],
        ]}
      />
    </Card>
  );
}

function Deliveries({ id }: { id: string }) {
  const { t } = useT();
  const name = useEventName();
  const [{ state, after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/webhooks/{webhook}/deliveries",
    { params: { path: { webhook: id }, query: { state, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  const columns: Column<Delivery>[] = [
    { id: "event", header: "webhooks.eventId", cell: (one) => <code>{one.event}</code> },
    { id: "kind", header: "webhooks.kind", cell: (one) => name(one.kind) },
    { id: "state", header: "webhooks.state", cell: (one) => <EndpointChip state={one.state} /> },
    { id: "status", header: "webhooks.status", number: true, cell: (one) => one.status },
    { id: "attempts", header: "webhooks.attempts", number: true, cell: (one) => <Quantity value={one.attempts} /> },
    { id: "created", header: "webhooks.created", cell: (one) => <When at={one.created_at} /> },
    { id: "due", header: "webhooks.due", cell: (one) => one.due_at && <When at={one.due_at} /> },
    {
      id: "error",
      header: "webhooks.error",
      cell: (one) =>
        one.error && (
          <span className="any" lang="en">
            {one.error}
          </span>
        ),
    },
  ];
  return (
    <Card
      title={t("webhooks.deliveries")}
      actions={
        <NativeSelect
          aria-label={t("webhooks.state")}
          value={state ?? ""}
          onChange={(event) => change({ state: event.currentTarget.value || undefined, after: undefined })}
          data={[
            { value: "", label: t("webhooks.allStates") },
            ...STATES.map((value) => ({ value, label: t(`webhooks.stateOf.${value}`) })),
          ]}
        />
      }
    >
      <Loaded query={query} lines={4}>
        {({ items, next }) =>
          items.length ? (
            <div className="stack">
              <DataTable
                label={t("webhooks.deliveries")}
                columns={columns}
                rows={items}
                id={(one) => one.event}
                old={query.isPlaceholderData}
              />
              <Pager next={next} />
            </div>
          ) : (
            <p className="dim">{t("webhooks.noDeliveries")}</p>
          )
        }
      </Loaded>
    </Card>
  );
}
