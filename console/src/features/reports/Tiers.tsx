import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useAddress } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { AsOf, Csv, Report } from "./Report.tsx";
import { asReport, rowsOf } from "./rows.ts";

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
    <div className="stack wide">
      <div className="row fields">
        <AsOf label={t("reports.asOf")} />
        <Csv report="tiers" query={{ as_of }} />
      </div>
      <Loaded query={query}>
        {(report) => (
          <Report report={report} title={t("reports.tiers")} old={query.isPlaceholderData}>
            <div className="grid broad">
              {[...new Set(rowsOf(report).map(({ track }) => String(track)))].map((track) => (
                <Card key={track} title={names("track", track)}>
                  <ul className="plain stack">
                    {rowsOf(report)
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
              ))}
            </div>
          </Report>
        )}
      </Loaded>
    </div>
  );
}
