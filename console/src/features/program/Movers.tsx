import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { useAddress } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";
import type { Mover, Outcome } from "./outcome.ts";

const STEP = 10;
const key = ({ track, from, to }: Omit<Mover, "member" | "why_now" | "why_then">) => `${track}.${from}.${to}`;

/** The members who move, each with the last word on its track by both programs. */
export function Movers({ outcome: { movers, moves } }: { outcome: Outcome }) {
  const { t } = useT();
  const names = useNames();
  const [{ move }, change] = useAddress();
  const [shown, setShown] = useState(STEP);
  const chosen = move && moves.find((one) => key(one) === move);
  const found = chosen ? movers.filter((mover) => key(mover) === move) : movers;
  if (moves.length === 0) return null;
  const tier = ({ track }: Mover, id: string) => names(`tier.${track}`, id);
  return (
    <section className="card" id="movers">
      <header>
        <h2>{t("simulate.movers")}</h2>
        <span className="small dim">
          {t("simulate.named", { named: found.length, all: (chosen ? [chosen] : moves).reduce((sum, { members }) => sum + members, 0) })}
        </span>
      </header>
      <div className="stack">
        {chosen && (
          <p>
            <Button variant="default" size="xs" onClick={() => change({ move: undefined })}>
              {names("track", chosen.track)}: {names(`tier.${chosen.track}`, chosen.from)} → {names(`tier.${chosen.track}`, chosen.to)} ·{" "}
              {t("ui.clearFilter")}
            </Button>
          </p>
        )}
        {found.length === 0 && <p className="dim">{t("simulate.noneNamed")}</p>}
        <ol className="plain stack wide">
          {found.slice(0, shown).map((mover) => (
            <li key={`${mover.member} ${mover.track}`} className="stack tight">
              <p className="row">
                <Link to={"/members/$member" as never} params={{ member: mover.member } as never} className="any">
                  {mover.member}
                </Link>
                <span>
                  {names("track", mover.track)}: {tier(mover, mover.from)} → {tier(mover, mover.to)}
                </span>
              </p>
              <dl className="facts small narrow">
                <dt>{t("simulate.now")}</dt>
                <dd lang="en">{mover.why_now ?? "–"}</dd>
                <dt>{t("simulate.then")}</dt>
                <dd lang="en">{mover.why_then ?? "–"}</dd>
              </dl>
            </li>
          ))}
        </ol>
        {found.length > shown && (
          <Button variant="default" onClick={() => setShown(shown + STEP)}>
            {t("ui.more")}
          </Button>
        )}
      </div>
    </section>
  );
}
