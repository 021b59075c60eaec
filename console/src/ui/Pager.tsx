import { Button } from "./Button.tsx";
import { useRouterState } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { useAddress } from "./route.ts";

/** Pages by cursor: forward by what the server named, back the way one came. */
export function Pager({ next, children }: { next?: string | null; children?: React.ReactNode }) {
  const { t } = useT();
  const [{ after }, change] = useAddress();
  const trail = useRouterState({ select: (state) => (state.location.state as { trail?: string[] }).trail ?? [] });
  if (!after && !next && !children) return null;
  return (
    <nav className="row apart noprint" aria-label={t("ui.pages")}>
      <div className="dim small">{children}</div>
      {(after || next) && (
        <div className="row">
          <Button
            variant="default"
            size="xs"
            disabled={!after}
            onClick={() => change({ after: trail.at(-1) || undefined }, trail.slice(0, -1))}
          >
            {t(trail.length || !after ? "ui.previous" : "ui.first")}
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={!next}
            onClick={() => change({ after: next ?? undefined }, [...trail, after ?? ""])}
          >
            {t("ui.next")}
          </Button>
        </div>
      )}
    </nav>
  );
}
