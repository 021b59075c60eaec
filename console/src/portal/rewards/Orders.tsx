import { Link, Outlet, useSearch } from "@tanstack/react-router";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { OrderChip, OrderPairs } from "~/views/reward.tsx";
import { PointTabs } from "../PointTabs.tsx";
import { useOrderer, useOwnOrders } from "./orderer.ts";

/** What one's company ordered for its units, the latest first. */
export default function Orders() {
  const { t } = useT();
  const may = useMay();
  const { placed } = useSearch({ strict: false }) as { placed?: string };
  const query = useOwnOrders();
  const { unit } = useOrderer();
  return (
    <Page title={t("rewards.own")}>
      <PointTabs />
      {placed && (
        <p role="status" className="chip free ok">
          {t("rewards.thanks")}
        </p>
      )}
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="rewards.noOwn">
              <Link to={"/portal/points/rewards" as never}>{t("rewards.toCatalogue")}</Link>
            </Empty>
          ) : (
            items.map((order) => (
              <Card key={order.id} title={<bdi>{order.reward_name}</bdi>} actions={<OrderChip state={order.state} />}>
                <div className="stack">
                  <OrderPairs order={order} unit={unit(order.unit)} />
                  {order.state === "placed" && may("cancel_redemption") && (
                    <div className="row">
                      <Button
                        component={Link}
                        variant="default"
                        size="xs"
                        to={"/portal/points/orders/$order" as never}
                        params={{ order: order.id } as never}
                        aria-label={`${t("rewards.cancel")}: ${order.reward_name}`}
                      >
                        {t("rewards.cancel")}
                      </Button>
                    </div>
                  )}
                </div>
              </Card>
            ))
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}
