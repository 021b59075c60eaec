import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "./Button.tsx";
import { ButtonLink } from "./ButtonLink.tsx";
import type { Search } from "./route.ts";

/** The one after another in a queue, or the first where the other is not in it any more. */
export function following<C extends { id: string }>(queue: C[], id: string): C | undefined {
  const at = queue.findIndex((one) => one.id === id);
  return at < 0 ? queue[0] : (queue[at + 1] ?? (at > 0 ? queue[0] : undefined));
}

/** On to the next one of a queue, by `n` too. */
export function Next({ to, search }: { to: string | undefined; search: Search }) {
  const { t } = useT();
  const navigate = useNavigate();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      const meant = event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
      if (meant && to && !document.querySelector('[role="dialog"]')) void navigate({ to: to as never, search: search as never });
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
  return to ? (
    <ButtonLink to={to} search={search}>
      {t("ui.nextOne")} <kbd aria-hidden>N</kbd>
    </ButtonLink>
  ) : (
    <Button variant="default" disabled>
      {t("ui.noNextOne")}
    </Button>
  );
}
