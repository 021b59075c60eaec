import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Day, Money } from "~/ui/format.tsx";
import { Card, Chip, type Tone } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { ordersOf, type Order, type Told } from "./orders.ts";

const TONES: Record<Order["state"], Tone> = { placed: "wait", paid: "info", completed: "ok", cancelled: "none", returned: "none" };

/** Orders of a member and how far they are, as far as facts tell; `fact` shows more of one of them, where there is more to show. */
export function Trade({ member, fact }: { member: string; fact?: (told: Told, text: string) => ReactNode }) {
  const { t } = useT();
  const query = useInfiniteQuery({
    queryKey: ["trade", member],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: after, signal }) => {
      const params = { path: { member }, query: { only: "facts", limit: 200, after } };
      const { data, error } = await api.GET("/v1/members/{member}/timeline", { params, signal });
      if (!data) throw error;
      return data;
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const orders = ordersOf(pages.flatMap(({ items }) => items.flatMap(({ fact: one }) => one ?? [])));
        return (
          <div className="stack wide">
            {orders.length === 0 && <Empty title="orders.none" />}
            <div className="grid">
              {orders.map((order) => (
                <One key={order.id} order={order} fact={fact} />
              ))}
            </div>
            {query.hasNextPage && (
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t("orders.earlier")}
              </Button>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

function One({ order, fact }: { order: Order; fact?: (told: Told, text: string) => ReactNode }) {
  const { t } = useT();
  const { amount, currency, returned, lines } = order;
  const money = (minor: number) => currency && <Money minor={minor} currency={currency} />;
  return (
    <Card title={<bdi className="any">{order.id}</bdi>} actions={<Chip tone={TONES[order.state]}>{t(`orders.state.${order.state}`)}</Chip>}>
      <div className="stack">
        <div className="row apart">
          <span className="figure">{amount !== undefined && money(amount)}</span>
          {returned > 0 && (
            <span className="dim">
              {t("orders.cameBack")} {money(returned)}
            </span>
          )}
        </div>
        <ol className="plain row small steps">
          {order.steps.map((told) => {
            const text = t(`orders.step.${told.step}`);
            return (
              <li key={told.fact}>
                {fact?.(told, text) ?? text}{" "}
                <span className="dim">
                  <Day at={told.at} />
                </span>
              </li>
            );
          })}
        </ol>
        {lines.length > 0 && (
          <details>
            <summary className="small">{t("orders.lines", { count: lines.length })}</summary>
            <ul className="plain stack tight small">
              {lines.map(({ sku, category, quantity, amount: part }, n) => (
                <li key={`${sku} ${n}`} className="row apart">
                  <span className="any">{[sku, category, quantity && `× ${quantity}`].filter(Boolean).join(" · ")}</span>
                  {money(part)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </Card>
  );
}
