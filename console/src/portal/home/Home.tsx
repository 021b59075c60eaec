import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Explanation, TrackView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Day, Quantity } from "~/ui/format.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { NamesContext, useNames } from "~/views/names.tsx";
import { Rungs } from "~/views/rungs.tsx";
import { Ways } from "~/views/ways.tsx";
import { useOwn } from "../Frame.tsx";

export default function Home() {
  const member = useOwn();
  const query = $api.useQuery("get", "/v1/members/{member}/standing", {
    params: { path: { member }, query: { receipts: 5 } },
  });
  const { t } = useT();
  const metrics = new Map(query.data?.metrics.map(({ metric }) => [metric.id, metric.name]));
  if (query.data) {
    return (
      <NamesContext value={(section, id) => (section === "metric" ? metrics.get(id) : undefined)}>
        <Standing standing={query.data} />
      </NamesContext>
    );
  }
  return (
    <Page title={t("portal.home")}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function Standing({ standing }: { standing: Explanation }) {
  const { t } = useT();
  const names = useNames();
  const units = standing.balances.filter((balance) => balance.available || balance.held || balance.spent || balance.expired);
  return (
    <Page
      title={standing.name}
      under={
        standing.joined && (
          <p className="dim small">
            {t("portal.memberSince")} <Day at={standing.joined} />
          </p>
        )
      }
    >
      {standing.tracks.map((track) => (
        <Ladder key={track.track.id} track={track} />
      ))}
      {units.length > 0 && (
        <Card
          title={t("portal.balances")}
          actions={
            <span className="row">
              <Link to={"/portal/points/rewards" as never}>{t("portal.redeem")}</Link>
              <Link to="/portal/points">{t("portal.statement")}</Link>
            </span>
          }
        >
          <div className="grid">
            {units.map((balance) => (
              <div key={balance.unit.id}>
                <div className="dim small">{names("unit", balance.unit)}</div>
                <div className="figure">
                  <Quantity value={balance.available} scale={balance.scale} />
                </div>
                {balance.held > 0 && (
                  <div className="small dim">
                    <Quantity value={balance.held} scale={balance.scale} /> {t("points.held")}
                  </div>
                )}
                {balance.expiring[0]?.expires_at && (
                  <div className="small dim">
                    <Quantity value={balance.expiring[0].open} scale={balance.scale} /> {t("points.lapses")}{" "}
                    <Day at={balance.expiring[0].expires_at} />
                  </div>
                )}
              </div>
            ))}
          </div>
        </Card>
      )}
      <Card title={t("portal.latest")}>
        {standing.receipts.length === 0 && <p className="dim">{t("portal.nothingYet")}</p>}
        <ol className="timeline">
          {standing.receipts.map((receipt) => (
            <li key={receipt.key}>
              <div className="small dim">
                <Day at={receipt.at} />
              </div>
              <p className="any">{receipt.sentence}</p>
            </li>
          ))}
        </ol>
      </Card>
    </Page>
  );
}

function Ladder({ track }: { track: TrackView }) {
  const { t } = useT();
  const names = useNames();
  const tier = `tier.${track.track.id}`;
  return (
    <>
      <section className="hero" aria-label={names("track", track.track)}>
        <div>{names("track", track.track)}</div>
        <div className="figure">◆ {names(tier, track.tier)}</div>
        <div className="small">
          {t("standing.since")} <Day at={track.since} />
          {track.review_at && (
            <>
              {" "}
              · {t("standing.reviewAt")} <Day at={track.review_at} />
            </>
          )}
          {track.grace_until && (
            <>
              {" "}
              · {t("standing.graceUntil")} <Day at={track.grace_until} />
            </>
          )}
        </div>
      </section>
      {track.next ? (
        <Card title={t("standing.next", { tier: names(tier, track.next.tier) })}>
          <Ways next={track.next} />
        </Card>
      ) : (
        <p className="dim">{t("standing.top")}</p>
      )}
      {track.keep && (
        <Card title={t("standing.keep", { tier: names(tier, track.keep.tier) })}>
          <Ways next={track.keep} />
        </Card>
      )}
      <Card title={t("ways.ladder")}>
        <Rungs track={track} />
      </Card>
    </>
  );
}
