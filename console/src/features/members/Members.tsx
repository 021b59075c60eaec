import { Button } from "~/ui/Button.tsx";
import { keepPreviousData } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { $api } from "~/api/client.ts";
import type { ListedMember } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable } from "~/ui/DataTable.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Chosen, choose } from "./chosen.ts";
import { ChosenBar } from "./ChosenBar.tsx";
import { USUAL, useMemberColumns } from "./columns.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { FILTERS, readFilter } from "./filter.ts";

const PAGE = 50;

export default function Members() {
  const { t } = useT();
  const may = useMay();
  const [search, change] = useAddress();
  const { columns, ...filter } = readFilter(search);
  const shown = columns?.split(",") ?? USUAL;
  const all = useMemberColumns();
  const [kept, setChosen] = useState<ListedMember[]>([]);
  const list = $api.useQuery(
    "get",
    "/v1/members",
    { params: { query: { ...filter, limit: PAGE } } },
    { placeholderData: keepPreviousData },
  );
  // What was chosen on this page is shown as it is now.
  const chosen = kept.map((member) => list.data?.items.find(({ id }) => id === member.id) ?? member);
  const { after: _, sort: __, ...counted } = filter;
  const total = $api.useQuery("get", "/v1/members", { params: { query: { ...counted, limit: 1, total: true } } }, { enabled: false });
  const filtered = FILTERS.some((name) => filter[name]);
  const none = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

  return (
    <Page
      title={t("members.title")}
      actions={
        <>
          {may("check_duplicates") && (
            <ButtonLink to="/duplicates" search={{}}>
              {t("duplicates.check")}
            </ButtonLink>
          )}
          {may("create_member") && (
            <ButtonLink to="/members/new" variant="filled">
              {t("members.create")}
            </ButtonLink>
          )}
        </>
      }
    >
      <FilterBar shown={shown} />
      {chosen.length > 0 && <ChosenBar chosen={chosen} shown={shown} clear={() => setChosen([])} />}
      <Loaded query={list} lines={12}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={filtered ? "members.noneFound" : "members.none"}>
              {filtered && (
                <Button variant="default" onClick={() => change({ ...none, after: undefined })}>
                  {t("ui.clearFilter")}
                </Button>
              )}
            </Empty>
          ) : (
            <>
              <DataTable
                label={t("members.title")}
                columns={all.filter((column) => shown.includes(column.id))}
                rows={items}
                id={(member) => member.id}
                sort={filter.sort ?? "id"}
                onSort={(sort) => change({ sort, after: undefined })}
                old={list.isPlaceholderData}
                choice={{
                  ids: new Set(chosen.map(({ id }) => id)),
                  name: ({ name }) => name,
                  set: (rows, on) => setChosen(choose(chosen, rows, on)),
                }}
              />
              <Pager next={next}>
                {total.data?.total != null && !total.isFetching ? (
                  <span role="status">
                    {t("members.total")} <Quantity value={total.data.total} />
                  </span>
                ) : (
                  <Button variant="subtle" size="xs" loading={total.isFetching} onClick={() => void total.refetch()}>
                    {t("members.count")}
                  </Button>
                )}
              </Pager>
            </>
          )
        }
      </Loaded>
      <Chosen value={chosen}>
        <Outlet />
      </Chosen>
    </Page>
  );
}
