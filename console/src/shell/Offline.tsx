import { useSyncExternalStore } from "react";
import { useT } from "~/i18n/index.ts";

const listen = (changed: () => void) => {
  for (const event of ["online", "offline"]) addEventListener(event, changed);
  return () => {
    for (const event of ["online", "offline"]) removeEventListener(event, changed);
  };
};

/** Says that the network is away, as long as it is. */
export function Offline() {
  const { t } = useT();
  const online = useSyncExternalStore(listen, () => navigator.onLine);
  return online ? null : (
    <p className="chip warn" role="status">
      {t("ui.offline")}
    </p>
  );
}
