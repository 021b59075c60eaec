import { useQuery } from "@tanstack/react-query";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { Installation } from "./Installation.tsx";
import { PlatformSettings } from "./Platform.tsx";
import { RetentionSettings } from "./Retention.tsx";
import { settingsQuery } from "./settings.ts";
import { TwoSettings } from "./Two.tsx";

/** What the platform decides for itself, and how the installation is set up. */
export default function Settings() {
  const { t } = useT();
  const may = useMay();
  const query = useQuery({ ...settingsQuery, enabled: may("read_settings") });
  return (
    <Page
      title={t("settings.title")}
      under={<p className="dim">{t(may("change_settings") ? "settings.hint" : "settings.readOnly")}</p>}
      actions={
        may("list_audit") && (
          <ButtonLink to="/audit" search={{ action: "change_settings" }}>
            {t("settings.changes")}
          </ButtonLink>
        )
      }
    >
      <div className="grid">
        <Card title={t("settings.platform")}>
          <Loaded query={query} lines={4}>
            {(tagged) => <PlatformSettings {...tagged} />}
          </Loaded>
        </Card>
        <Card title={t("settings.two")}>
          <Loaded query={query} lines={4}>
            {(tagged) => <TwoSettings {...tagged} />}
          </Loaded>
        </Card>
        <Card title={t("settings.retention")}>
          <Loaded query={query} lines={4}>
            {(tagged) => <RetentionSettings {...tagged} />}
          </Loaded>
        </Card>
      </div>
      {may("list_identity_providers") && <Installation />}
    </Page>
  );
}
