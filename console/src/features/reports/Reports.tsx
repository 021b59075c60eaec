import { Outlet } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { TabLinks } from "~/ui/TabLinks.tsx";

/** What is owed in units, who stands where, who moved, what was posted, and that the books balance. */
export default function Reports() {
  const { t } = useT();
  const tabs = (["ledger", "liability", "tiers", "movers", "journal", "books"] as const).map((name) => ({
    to: `/reports/${name}`,
    label: t(`reports.${name}`),
  }));
  return (
    <Page title={t("reports.title")}>
      <TabLinks label={t("reports.title")} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
