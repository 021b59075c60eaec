import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Trade } from "~/views/trade.tsx";
import { useOwn } from "../Frame.tsx";

/** What the company ordered, and how far it is. */
export default function OwnTrade() {
  const { t } = useT();
  return (
    <Page title={t("orders.title")}>
      <Trade member={useOwn()} />
    </Page>
  );
}
