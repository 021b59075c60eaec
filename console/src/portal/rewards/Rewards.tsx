import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { hindrance } from "~/api/reward.ts";
import type { Reward } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { formatDay, formatSteps, formatTime } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Units } from "~/views/reward.tsx";
import { PointTabs } from "../PointTabs.tsx";
import { useOrderer } from "./orderer.ts";

const FEW = 10;

/** What can be had for units: its price, what one has, and where something stands in the way, what. */
export default function Rewards() {
  const { t, language } = useT();
  const who = useOrderer();
  const rewards = $api.useQuery("get", "/v1/rewards", { params: { query: { limit: 200 } } });
  const used = new Set(rewards.data?.items.map(({ unit }) => unit));
  const have = who.balances
    .filter(({ unit }) => used.has(unit.id))
    .map(({ unit, available, scale }) => `${formatSteps(available, scale, language)} ${unit.name}`);
  return (
    <Page title={t("rewards.title")} under={have.length > 0 && <p className="dim">{t("rewards.have", { amount: have.join(" · ") })}</p>}>
      <PointTabs />
      <Loaded query={rewards}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="rewards.noneOffered" />
          ) : (
            <Loaded query={who.query}>{() => items.map((one) => <Offer key={one.id} reward={one} who={who} />)}</Loaded>
          )
        }
      </Loaded>
      <Outlet />
    </Page>
  );
}

function Offer({ reward, who }: { reward: Reward; who: ReturnType<typeof useOrderer> }) {
  const { t, language } = useT();
  const may = useMay();
  const unit = who.unit(reward.unit);
  const orderer = who.of(reward);
  const why = hindrance(reward, orderer);
  const told = why
    ? t(`rewards.why.${why}`, {
        day: formatTime((why === "notYet" ? reward.from : reward.until) ?? "1970-01-01", language),
        tiers: new Intl.ListFormat(language, { type: "disjunction" }).format(reward.tiers.map(who.tier)),
        most: reward.per_member ?? 0,
        gap: `${formatSteps(reward.price - orderer.available, unit.scale, language)} ${unit.name}`,
      })
    : may("place_redemption")
      ? undefined
      : t("rewards.why.role");
  return (
    <Card title={<bdi>{reward.name}</bdi>} actions={reward.category && <span className="small dim">{reward.category}</span>}>
      <div className="stack">
        {reward.description && (
          <p className="any" style={{ whiteSpace: "pre-line" }}>
            {reward.description}
          </p>
        )}
        <div className="row apart">
          <span className="stack tight">
            <span className="price">
              <Units value={reward.price} unit={unit} />
            </span>
            <span className="row small dim">
              {reward.left != null && reward.left > 0 && reward.left <= FEW && <span>{t("rewards.leftOnly", { count: reward.left })}</span>}
              {reward.until && why !== "over" && <span>{t("rewards.untilDay", { day: formatDay(reward.until, language) })}</span>}
              {reward.per_member != null && why !== "limit" && (
                <span>{t("rewards.limitOf", { had: orderer.had, most: reward.per_member })}</span>
              )}
            </span>
          </span>
          {told ? (
            <span className={`chip free ${why === "soldOut" ? "none" : "wait"}`}>{told}</span>
          ) : (
            <Button
              component={Link}
              to={"/portal/points/rewards/$reward" as never}
              params={{ reward: reward.id } as never}
              aria-label={`${t("rewards.redeem")}: ${reward.name}`}
            >
              {t("rewards.redeem")}
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}
