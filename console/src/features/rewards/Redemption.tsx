import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { ORDERS_MAX } from "~/api/reward.ts";
import type { RedemptionOrder } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { following, Next } from "~/ui/Next.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { useAddress, useParam, type Search } from "~/ui/route.ts";
import { Empty, gone, Loaded } from "~/ui/states.tsx";
import { useContactChoice } from "~/views/person.tsx";
import { EndOrder, OrderChip, OrderPairs } from "~/views/reward.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";
import { orderPath } from "./orders.tsx";

/** One order of a reward: what, for whom and where to, and the way to give it or to give it up. */
export default function Redemption() {
  const [member, id] = [useParam("member"), useParam("order")];
  const [search] = useAddress();
  const owner = useQuery(memberQuery(member));
  const about = owner.data?.value;
  const query = $api.useQuery("get", "/v1/members/{member}/redemption-orders", {
    params: { path: { member }, query: { limit: ORDERS_MAX } },
  });
  const order = query.data?.items.find((one) => one.id === id);
  return (
    <Page
      title={order?.reward_name ?? id}
      under={
        <div className="row small dim">
          <Link to={"/members/$member/rewards" as never} params={{ member } as never} search={{} as never}>
            <bdi>{about?.name ?? member}</bdi>
          </Link>
          <code>{id}</code>
          {order && <OrderChip state={order.state} />}
        </div>
      }
      actions={<Onward id={id} search={search} />}
    >
      <Loaded<unknown> query={gone(owner.error) ? owner : query}>
        {() => (order ? <Order order={order} /> : <Empty title="ui.missing" />)}
      </Loaded>
      <Outlet />
    </Page>
  );
}

/** Back to the queue that one came from, and on to its next order. */
function Onward({ id, search }: { id: string; search: Search }) {
  const { t } = useT();
  const may = useMay();
  const shown = may("list_redemption_queue");
  const queue = $api.useQuery(
    "get",
    "/v1/redemption-orders",
    { params: { query: { state: search.state, limit: 200 } } },
    { enabled: shown },
  );
  const next = following(queue.data?.items ?? [], id);
  if (!shown) return null;
  return (
    <>
      <ButtonLink to="/redemptions" search={search}>
        {t("rewards.orders")}
      </ButtonLink>
      <Next to={next && orderPath(next)} search={search} />
    </>
  );
}

function Order({ order }: { order: RedemptionOrder }) {
  const { t } = useT();
  const may = useMay();
  const { unit } = useProgramUnits();
  const about = useQuery(memberQuery(order.member)).data?.value;
  const contact = useContactChoice(order.member, may("list_contacts", about)).find(({ value }) => value === order.contact);
  const waits = order.state === "placed";
  return (
    <div className="two">
      <Card
        title={<bdi>{order.reward_name}</bdi>}
        actions={
          waits && may("cancel_redemption", about) && <ButtonLink to={`${orderPath(order)}/cancel`}>{t("rewards.cancel")}</ButtonLink>
        }
      >
        <OrderPairs order={order} unit={unit(order.unit)} contact={contact?.label} staff />
      </Card>
      {waits && may("fulfil_redemption", about) && (
        <Card title={t("rewards.fulfil")}>
          <EndOrder key={order.id} member={order.member} order={order.id} how="fulfil" done={() => {}} />
        </Card>
      )}
    </div>
  );
}
