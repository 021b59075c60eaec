import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { VerificationCase } from "~/api/schema.gen.ts";
import { useMe } from "~/api/session.ts";
import { LEVELS, overdue, STATUSES } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { StatusChip } from "~/views/verification.tsx";
import { asked } from "./queue.ts";

/** The cases that wait for a reviewer, the most urgent first. */
export default function Queue() {
  const { t, label } = useT();
  const me = useMe()?.person.id;
  const [search, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/verifications",
    { params: { query: { ...asked(search, me), after: search.after, limit: 50, total: true } } },
    { placeholderData: keepPreviousData },
  );
  const pick = (name: "status" | "level" | "reviewer" | "overdue", options: { value: string; label: string }[]) => (
    <NativeSelect
      label={t(`verification.pick.${name}`)}
      value={search[name] === undefined ? "" : String(search[name])}
      onChange={(event) => change({ [name]: event.currentTarget.value || undefined, after: undefined })}
      data={options}
    />
  );
  const columns: Column<VerificationCase>[] = [
    {
      id: "member",
      header: "people.member",
      cell: (one) => (
        <Link to={"/verification/$member/$case" as never} params={{ member: one.member, case: one.id } as never} search={true as never}>
          <bdi className="any">{one.member}</bdi>
        </Link>
      ),
    },
    { id: "level", header: "verification.level", cell: (one) => label("verification.levelOf.", one.level) },
    { id: "status", header: "verification.state", cell: (one) => <StatusChip status={one.status} /> },
    {
      id: "deadline",
      header: "verification.deadline",
      cell: (one) => (
        <span className="row">
          <When at={one.deadline} />
          {overdue(one) && <Chip tone="bad">{t("verification.overdue")}</Chip>}
        </span>
      ),
    },
    {
      id: "reviewer",
      header: "verification.reviewer",
      cell: (one) => (one.reviewer ? <span className="any">{one.reviewer}</span> : <span className="dim">{t("verification.nobody")}</span>),
    },
    { id: "opened", header: "verification.opened", cell: (one) => <When at={one.opened_at} /> },
  ];
  return (
    <Page title={t("verification.queue")} under={<p className="dim">{t("verification.queueHint")}</p>}>
      <search className="row fields">
        {pick("status", [
          { value: "", label: t("verification.awaiting") },
          ...STATUSES.map((value) => ({ value, label: t(`verification.status.${value}`) })),
        ])}
        {pick("level", [
          { value: "", label: t("verification.anyLevel") },
          ...LEVELS.map((value) => ({ value, label: t(`verification.levelOf.${value}`) })),
        ])}
        {pick("reviewer", [
          { value: "", label: t("verification.anybody") },
          { value: "me", label: t("verification.me") },
          { value: "none", label: t("verification.nobody") },
        ])}
        {pick("overdue", [
          { value: "", label: t("verification.anyDeadline") },
          { value: "true", label: t("verification.overdue") },
        ])}
      </search>
      <Loaded query={query}>
        {({ items, next, total }) =>
          items.length === 0 ? (
            <Empty title="verification.none" />
          ) : (
            <>
              <DataTable
                label={t("verification.queue")}
                columns={columns}
                rows={items}
                id={(one) => one.id}
                old={query.isPlaceholderData}
              />
              <Pager next={next}>{total != null && t("verification.count", { count: total })}</Pager>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
