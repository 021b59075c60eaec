import { rootRouteId, useMatches } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Page } from "~/ui/Page.tsx";
import { useGo } from "~/ui/route.ts";

/** Says that one's role may not do what the screen is for; where that is a dialog, over the page beneath. */
export default function Denied() {
  const { t } = useT();
  const go = useGo();
  const beneath = useMatches({
    select: (matches) => matches.findLast(({ routeId }, n) => n < matches.length - 1 && routeId !== rootRouteId)?.pathname,
  });
  const whom = <p>{t("ui.askAdministrator")}</p>;
  return beneath ? (
    <Dialog title={t("errors.forbidden")} onClose={() => go(beneath)}>
      {whom}
    </Dialog>
  ) : (
    <Page title={t("errors.forbidden")}>{whom}</Page>
  );
}
