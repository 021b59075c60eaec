import { NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { useAddress } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { Csv, Report } from "./Report.tsx";
import { asReport } from "./rows.ts";

/** What was posted day by day between which accounts, for accounting. */
export default function Journal() {
  const { t } = useT();
  const [{ from, to, by }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/reports/journal",
    { params: { query: { from, to, by } } },
    { select: asReport, placeholderData: keepPreviousData },
  );
  const day = (name: "from" | "to") => (
    <TextInput
      type="date"
      label={t(`reports.${name}`)}
      value={(name === "from" ? from : to) ?? ""}
      onChange={(event) => change({ [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <div className="stack wide">
      <div className="row fields">
        {day("from")}
        {day("to")}
        <NativeSelect
          label={t("reports.by")}
          value={by ?? "posted"}
          onChange={(event) => change({ by: event.currentTarget.value === "posted" ? undefined : event.currentTarget.value })}
          data={[
            { value: "posted", label: t("reports.posted") },
            { value: "effective", label: t("reports.effective") },
          ]}
        />
        <Csv report="journal" query={{ from, to, by }} />
      </div>
      <Loaded query={query}>{(report) => <Report report={report} title={t("reports.journal")} old={query.isPlaceholderData} />}</Loaded>
    </div>
  );
}
