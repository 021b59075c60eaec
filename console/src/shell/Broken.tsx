import { Button } from "~/ui/Button.tsx";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Empty } from "~/ui/states.tsx";

/** A mistake of ours, or a part of the console that could not be fetched. */
export function Broken() {
  const { t } = useT();
  return (
    <section>
      <Empty title="ui.broken">
        <Button variant="default" onClick={() => location.reload()}>
          {t("ui.retry")}
        </Button>
      </Empty>
    </section>
  );
}

export function Missing() {
  const { t } = useT();
  return (
    <Page title={t("ui.missing")}>
      <p>
        <a href="/">{t("ui.home")}</a>
      </p>
    </Page>
  );
}
