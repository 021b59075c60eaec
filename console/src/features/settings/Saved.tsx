import { useT } from "~/i18n/index.ts";
import { Chip } from "~/ui/Page.tsx";

/** Says that it was saved. */
export function Saved({ shown }: { shown: boolean }) {
  const { t } = useT();
  return <p role="status">{shown && <Chip tone="ok">{t("ui.saved")}</Chip>}</p>;
}
