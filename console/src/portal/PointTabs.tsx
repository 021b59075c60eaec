import { useT } from "~/i18n/index.ts";
import { TabLinks } from "~/ui/TabLinks.tsx";

/** What there is about units: the account, what can be had for them, and what was. */
export function PointTabs() {
  const { t } = useT();
  return (
    <TabLinks
      label={t("portal.points")}
      tabs={[
        { to: "/portal/points", label: t("portal.statement"), exact: true },
        { to: "/portal/points/rewards", label: t("rewards.catalogue") },
        { to: "/portal/points/orders", label: t("rewards.own") },
      ]}
    />
  );
}
