import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";
import { Dated } from "./Report.tsx";
import { asReport } from "./rows.ts";

/** How many members stand in each tier. */
export default function Tiers() {
  const { t } = useT();
  const names = useNames();
  const [{ as_of }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/reports/tiers",
    { params: { query: { as_of } } },
    { select: asReport, placeholderData: keepPreviousData },
  );
  return (
    <Dated report="tiers" title={t("reports.tiers")} query={query}>
      {(rows) =>
        [...new Set(rows.map(({ track }) => String(track)))].map((track) => (
          <Card key={track} title={names("track", track)}>
            <ul className="plain stack">
              {rows
                .filter((row) => row.track === track)
                .map((row) => {
                  const tier = names(`tier.${track}`, String(row.tier));
                  return (
                    <li key={String(row.tier)} className="stack tight">
                      <span className="row apart">
                        {tier} <Quantity value={Number(row.members)} />
                      </span>
                      <Bar share={Number(row.share_percent) / 100} label={tier} />
                    </li>
                  );
                })}
            </ul>
          </Card>
        ))
      }
    </Dated>
  );
}
