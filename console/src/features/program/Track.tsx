import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { programQuery, rankIn } from "~/api/program.ts";
import { useT } from "~/i18n/index.ts";
import { Flow } from "~/ui/Flow.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { useNames } from "~/views/names.tsx";
import { streams, type Outcome } from "./outcome.ts";

/** How the members of a track spread over its tiers now and by the candidate, as a picture and as a table. */
export function Track({ outcome, track }: { outcome: Outcome; track: string }) {
  const { t } = useT();
  const names = useNames();
  const document = useQuery(programQuery).data?.document;
  const rank = (tier: string) => rankIn(document, track, tier) ?? -1;
  const tier = (id: string) => names(`tier.${track}`, id);
  const { left, right, links } = streams(outcome, track, rank);
  const moves = links.filter(({ from, to }) => from !== to);
  const up = ({ from, to }: { from: string; to: string }) => rank(to) > rank(from);
  const title = names("track", track);
  return (
    <Card title={title}>
      <div className="stack">
        <Flow
          label={t("simulate.flow", { track: title })}
          heads={[t("simulate.now"), t("simulate.then")]}
          left={left.map((end) => ({ ...end, name: tier(end.id) }))}
          right={right.map((end) => ({ ...end, name: tier(end.id) }))}
          links={links.map((link) => ({ ...link, tone: link.from === link.to ? "same" : up(link) ? "up" : "down" }))}
        />
        {moves.length === 0 ? (
          <p className="dim">{t("simulate.nobodyMoves")}</p>
        ) : (
          <table className="data">
            <caption className="small dim">{t("simulate.moves")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("simulate.now")}</th>
                <th scope="col">{t("simulate.then")}</th>
                <th scope="col">{t("simulate.direction")}</th>
                <th scope="col" className="num">
                  {t("members.title")}
                </th>
              </tr>
            </thead>
            <tbody>
              {moves.map((move) => (
                <tr key={`${move.from}>${move.to}`}>
                  <td>{tier(move.from)}</td>
                  <td>{tier(move.to)}</td>
                  <td>{up(move) ? <Chip tone="ok">↑ {t("simulate.up")}</Chip> : <Chip tone="bad">↓ {t("simulate.down")}</Chip>}</td>
                  <td className="num">
                    <Link to={"." as never} search={{ move: `${track}.${move.from}.${move.to}` } as never} hash="movers">
                      <Quantity value={move.count} />
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Card>
  );
}
