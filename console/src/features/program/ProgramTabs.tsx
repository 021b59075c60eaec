import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { TabLinks } from "~/ui/TabLinks.tsx";

export function ProgramTabs() {
  const { t } = useT();
  const may = useMay();
  const tabs = [
    { to: "/program", label: t("program.document"), exact: true },
    { to: "/program/versions", label: t("program.versions") },
    ...(may("check_program") ? [{ to: "/program/edit", label: t("program.edit") }] : []),
    ...(may("simulate_program") ? [{ to: "/program/simulate", label: t("program.simulate") }] : []),
  ];
  return <TabLinks label={t("program.title")} tabs={tabs} />;
}
