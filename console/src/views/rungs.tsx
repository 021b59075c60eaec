import type { TrackView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { useNames } from "./names.tsx";

/** The tiers of a track from the lowest to the highest, with what each gives; where one stands is marked. */
export function Rungs({ track }: { track: TrackView }) {
  const { t } = useT();
  const names = useNames();
  return (
    <ol className="rungs" aria-label={t("ways.ladder")}>
      {track.ladder.map(({ tier, reached, gives }, rank) => {
        const here = tier.id === track.tier.id;
        return (
          <li key={tier.id} data-reached={reached || undefined} aria-current={here ? "step" : undefined}>
            <span className="row">
              <span className="tier" data-rank={rank}>
                {names(`tier.${track.track.id}`, tier)}
              </span>
              {here && <span className="chip info">{t("ways.here")}</span>}
            </span>
            <span className="small dim any">
              {gives.length ? gives.map((benefit) => names("benefit", benefit)).join(" · ") : t("ways.givesNothing")}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
