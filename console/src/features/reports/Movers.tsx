import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { useAddress } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { AsOf, Csv, Report } from "./Report.tsx";
import { asReport } from "./rows.ts";

/** Who rose or fell. */
export default function Movers() {
  const { t } = useT();
  const [{ since, as_of }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/reports/movers",
    { params: { query: { since, as_of } } },
    { select: asReport, placeholderData: keepPreviousData },
  );
  return (
    <div className="stack wide">
      <div className="row fields">
        <AsOf name="since" label={t("reports.since")} />
        <AsOf label={t("reports.asOf")} />
        <Csv report="movers" query={{ since, as_of }} />
      </div>
      <p className="dim">{t("reports.sinceHint")}</p>
      <Loaded query={query}>{(report) => <Report report={report} title={t("reports.movers")} old={query.isPlaceholderData} />}</Loaded>
    </div>
  );
}
