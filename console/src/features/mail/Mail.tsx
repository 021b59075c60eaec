import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Letter } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";

const STATES = ["waiting", "sent", "given-up"] as const;
const TONES = { waiting: "wait", sent: "ok", "given-up": "bad" } as const;

/** The letters that were written, and what became of them. */
export default function Mail() {
  const { t, label } = useT();
  const may = useMay();
  const [{ state, after }, change] = useAddress();
  const query = $api.useQuery("get", "/v1/mail", { params: { query: { state, after, limit: 50 } } }, { placeholderData: keepPreviousData });
  const columns: Column<Letter>[] = [
    {
      id: "kind",
      header: "mail.kind",
      cell: ({ id, kind, state: now }) =>
        now === "waiting" && may("read_letter") ? (
          <Link to={"/mail/$letter" as never} params={{ letter: id } as never} search={true as never}>
            {label("mail.kindOf.", kind)}
          </Link>
        ) : (
          label("mail.kindOf.", kind)
        ),
    },
    {
      id: "state",
      header: "mail.state",
      cell: ({ state: now }) => <Chip tone={TONES[now as keyof typeof TONES]}>{label("mail.stateOf.", now)}</Chip>,
    },
    { id: "channel", header: "mail.channel", cell: ({ channel }) => label("mail.channelOf.", channel) },
    { id: "person", header: "mail.person", cell: ({ person }) => (person ? <code>{person}</code> : t("mail.unknown")) },
    { id: "created", header: "mail.created", cell: ({ created_at }) => <When at={created_at} /> },
    { id: "sent", header: "mail.sent", cell: ({ sent_at }) => sent_at && <When at={sent_at} /> },
    { id: "attempts", header: "mail.attempts", number: true, cell: ({ attempts }) => <Quantity value={attempts} /> },
    {
      id: "error",
      header: "mail.error",
      cell: ({ error }) =>
        error && (
          <span className="any" lang="en">
            {error}
          </span>
        ),
    },
  ];
  return (
    <Page title={t("mail.title")} under={<p className="dim">{t("mail.hint")}</p>}>
      <search className="row fields">
        <NativeSelect
          label={t("mail.state")}
          value={state ?? ""}
          onChange={(event) => change({ state: event.currentTarget.value || undefined, after: undefined })}
          data={[{ value: "", label: t("mail.allStates") }, ...STATES.map((value) => ({ value, label: t(`mail.stateOf.${value}`) }))]}
        />
      </search>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="mail.none" />
          ) : (
            <>
              <DataTable label={t("mail.title")} columns={columns} rows={items} id={({ id }) => id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}
