import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { TabLinks } from "~/ui/TabLinks.tsx";

export function RewardTabs() {
  const { t } = useT();
  const may = useMay();
  const tabs = [
    { to: "/rewards", label: t("rewards.catalogue"), exact: true },
    ...(may("list_redemption_queue") ? [{ to: "/redemptions", label: t("rewards.orders") }] : []),
  ];
  return tabs.length > 1 ? <TabLinks label={t("rewards.title")} tabs={tabs} /> : null;
}
