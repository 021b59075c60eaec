import { Checkbox } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Reward } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Units } from "~/views/reward.tsx";
import { Tier } from "~/views/tier.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";
import { RewardTabs } from "./RewardTabs.tsx";

/** What members can have for their units. */
export default function Rewards() {
  const { t } = useT();
  const may = useMay();
  const [{ all, after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/rewards",
    { params: { query: { all: String(all) === "true" || undefined, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  const columns = useColumns();
  const create = may("create_reward") && (
    <ButtonLink to="/rewards/new" variant="filled">
      {t("rewards.create")}
    </ButtonLink>
  );
  return (
    <Page title={t("rewards.title")} under={<p className="dim">{t("rewards.hint")}</p>} actions={create}>
      <RewardTabs />
      <Checkbox
        label={t("rewards.all")}
        checked={String(all) === "true"}
        onChange={(event) => change({ all: event.currentTarget.checked ? "true" : undefined, after: undefined })}
      />
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="rewards.none">
              <p>{t("rewards.noneWhy")}</p>
            </Empty>
          ) : (
            <>
              <DataTable label={t("rewards.title")} columns={columns} rows={items} id={(one) => one.id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}

function useColumns(): Column<Reward>[] {
  const { t } = useT();
  const may = useMay();
  const { unit, tiers } = useProgramUnits();
  const limit = (value: number | null | undefined) => (value == null ? <span className="dim">–</span> : <Quantity value={value} />);
  return [
    {
      id: "name",
      header: "rewards.name",
      cell: (one) =>
        may("change_reward") ? (
          <Link to={"/rewards/$reward" as never} params={{ reward: one.id } as never} search={true as never}>
            <bdi className="clip">{one.name}</bdi>
          </Link>
        ) : (
          <bdi className="clip">{one.name}</bdi>
        ),
    },
    { id: "id", header: "rewards.id", cell: (one) => <code>{one.id}</code> },
    { id: "category", header: "rewards.category", cell: (one) => one.category && <bdi>{one.category}</bdi> },
    { id: "price", header: "rewards.price", number: true, cell: (one) => <Units value={one.price} unit={unit(one.unit)} /> },
    {
      id: "left",
      header: "rewards.left",
      number: true,
      cell: (one) => (
        <span className="row" style={{ justifyContent: "flex-end" }}>
          {one.left === 0 && <Chip tone="warn">{t("rewards.why.soldOut")}</Chip>}
          <span>
            {limit(one.left)}
            {one.stock != null && (
              <span className="dim">
                {" / "}
                <Quantity value={one.stock} />
              </span>
            )}
          </span>
        </span>
      ),
    },
    { id: "per_member", header: "rewards.perMember", number: true, cell: (one) => limit(one.per_member) },
    {
      id: "tiers",
      header: "rewards.tiers",
      cell: (one) =>
        one.tiers.length > 0 && (
          <span className="row">
            {one.tiers.map((id) => {
              const tier = tiers.find((known) => known.id === id);
              return tier ? <Tier key={id} {...tier} /> : <code key={id}>{id}</code>;
            })}
          </span>
        ),
    },
    { id: "from", header: "rewards.from", cell: (one) => one.from && <When at={one.from} /> },
    { id: "until", header: "rewards.until", cell: (one) => one.until && <When at={one.until} /> },
    {
      id: "open",
      header: "rewards.open",
      cell: (one) => <Chip tone={one.open ? "ok" : "none"}>{t(one.open ? "rewards.open" : "rewards.closed")}</Chip>,
    },
  ];
}
