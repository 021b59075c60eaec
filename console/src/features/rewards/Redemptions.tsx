import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { ORDER_STATES } from "~/api/reward.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable } from "~/ui/DataTable.tsx";
import { Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useOrderColumns } from "./orders.tsx";
import { RewardTabs } from "./RewardTabs.tsx";

/** The orders of rewards that wait to be given, the oldest first. */
export default function Redemptions() {
  const { t } = useT();
  const [{ state, after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/redemption-orders",
    { params: { query: { state, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  const columns = useOrderColumns();
  return (
    <Page title={t("rewards.orders")} under={<p className="dim">{t("rewards.ordersHint")}</p>}>
      <RewardTabs />
      <search className="row fields">
        <NativeSelect
          label={t("rewards.stateName")}
          value={state ?? "placed"}
          onChange={({ currentTarget: { value } }) => change({ state: value === "placed" ? undefined : value, after: undefined })}
          data={ORDER_STATES.map((value) => ({ value, label: t(`rewards.state.${value}`) }))}
        />
      </search>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="rewards.noOrders" />
          ) : (
            <>
              <DataTable label={t("rewards.orders")} columns={columns} rows={items} id={(one) => one.id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
