import type { ReactNode } from "react";
import type { BalanceView, BenefitView, MissionView, TrackView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Day, Quantity, When } from "~/ui/format.tsx";
import { Card, Chip, Pairs } from "~/ui/Page.tsx";
import { useNames } from "./names.tsx";
import { Rungs } from "./rungs.tsx";
import { Tier } from "./tier.tsx";
import { Ways } from "./ways.tsx";

export function Track({ track, rank, why }: { track: TrackView; rank?: number; why?: ReactNode }) {
  const { t } = useT();
  const names = useNames();
  return (
    <Card title={names("track", track.track)} actions={why}>
      <div className="stack">
        <div className="figure">
          <Tier track={track.track.id} rank={rank} {...track.tier} />
        </div>
        <Pairs
          of={[
            [t("standing.since"), <Day key="since" at={track.since} />],
            [t("standing.reviewAt"), track.review_at && <Day at={track.review_at} />],
            [t("standing.graceUntil"), track.grace_until && <Day at={track.grace_until} />],
            [t("standing.setByHand"), track.set_by_hand],
            [t("standing.setUntil"), track.set_until && <Day at={track.set_until} />],
            [t("standing.reached"), track.set_by_hand && names(`tier.${track.track.id}`, track.reached)],
          ]}
        />
        {track.next && (
          <>
            <h3>{t("standing.next", { tier: names(`tier.${track.track.id}`, track.next.tier) })}</h3>
            <Ways next={track.next} />
          </>
        )}
        {track.keep && (
          <>
            <h3>{t("standing.keep", { tier: names(`tier.${track.track.id}`, track.keep.tier) })}</h3>
            <Ways next={track.keep} />
          </>
        )}
        {!track.next && <p className="dim">{t("standing.top")}</p>}
        <details>
          <summary>{t("ways.ladder")}</summary>
          <Rungs track={track} />
        </details>
      </div>
    </Card>
  );
}

export function Balance({ balance, actions }: { balance: BalanceView; actions?: ReactNode }) {
  const { t } = useT();
  const names = useNames();
  const { scale } = balance;
  const part = (value: number) => (value ? <Quantity value={value} scale={scale} /> : undefined);
  return (
    <Card title={names("unit", balance.unit)} actions={actions}>
      <div className="stack">
        <div>
          <span className="figure">
            <Quantity value={balance.available} scale={scale} />
          </span>{" "}
          <span className="dim">{t("points.available")}</span>
        </div>
        <Pairs
          of={[
            [t("points.held"), part(balance.held)],
            [t("points.reserved"), part(balance.reserved)],
            [t("points.owed"), part(balance.owed)],
            [t("points.spent"), part(balance.spent)],
            [t("points.expired"), part(balance.expired)],
          ]}
        />
        {balance.expiring.length > 0 && (
          <ul className="plain stack tight small">
            {balance.expiring.slice(0, 3).map((lot) => (
              <li key={lot.rule + lot.fact} className="row apart">
                <span>
                  <Quantity value={lot.open} scale={scale} /> {t("points.lapses")}
                </span>
                {lot.expires_at ? <Day at={lot.expires_at} /> : <span>{t("points.never")}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

export function Benefit({ benefit, actions }: { benefit: BenefitView; actions?: ReactNode }) {
  const { t } = useT();
  const names = useNames();
  return (
    <Card
      title={names("benefit", benefit.benefit)}
      actions={<Chip tone={benefit.by_tier ? "none" : "info"}>{t(benefit.by_tier ? "benefits.byTier" : "benefits.byHand")}</Chip>}
    >
      <div className="stack">
        {benefit.left && (
          <div>
            <span className="figure">
              <Quantity value={benefit.left.amount} scale={benefit.left.scale} />
            </span>{" "}
            <span className="dim">{t("benefits.left", { unit: names("unit", benefit.left.unit) })}</span>
          </div>
        )}
        <Pairs
          of={[
            [t("benefits.since"), <Day key="since" at={benefit.since} />],
            [t("benefits.renews"), benefit.renews_at && <Day at={benefit.renews_at} />],
            [t("benefits.until"), benefit.until && <When at={benefit.until} />],
          ]}
        />
        {actions && <div className="row">{actions}</div>}
      </div>
    </Card>
  );
}

export function Mission({ mission }: { mission: MissionView }) {
  const { t, label } = useT();
  const names = useNames();
  return (
    <Card
      title={names("mission", mission.mission)}
      actions={<Chip tone={mission.done ? "ok" : "wait"}>{t(mission.done ? "missions.done" : "missions.open")}</Chip>}
    >
      <div className="stack">
        <ul className="plain stack">
          {mission.steps.map((step) => (
            <li key={step.step.id} className="stack tight">
              <span className="row">
                <Chip tone={step.done ? "ok" : "none"}>
                  {step.done ? "✓ " : ""}
                  {t(step.done ? "missions.done" : "missions.open")}
                </Chip>
                <span className="any">{names(`step.${mission.mission.id}`, step.step)}</span>
              </span>
              <span className="small dim any">
                {step.role && `${label("chain.", step.role)} · `}
                {step.progress.replaceAll(/profile\.\w+/g, (field) => label("profileFields.", field))}
              </span>
            </li>
          ))}
        </ul>
        <Pairs
          of={[
            [t("missions.until"), mission.until && <Day at={mission.until} />],
            [t("missions.completed"), mission.completed || undefined],
            [t("missions.streak"), mission.streak || undefined],
          ]}
        />
      </div>
    </Card>
  );
}
