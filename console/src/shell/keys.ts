import { useEffect, useRef } from "react";
import { PAGES } from "./pages.ts";

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && target.type === "checkbox");

type Does = { palette: () => void; help: () => void; to: (to: string) => void };

/** Ctrl K opens the palette, `?` tells the keys, `g` and a letter goes somewhere, `/` to the filter, j and k along a list, x chooses a row. Never while one types. */
export function useKeys(does: Does) {
  const latest = useRef(does);
  useEffect(() => {
    latest.current = does;
  });
  useEffect(() => {
    let went = 0;
    const pressed = (event: KeyboardEvent) => {
      const { palette, help, to } = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return palette();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('[role="dialog"]'))
        return undefined;
      const page = Date.now() - went < 1500 ? PAGES.find(({ hot }) => hot === event.key) : undefined;
      went = event.key === "g" ? Date.now() : 0;
      if (page) return to(page.to);
      if (event.key === "?") return help();
      if (event.key === "/") {
        const filter = document.querySelector<HTMLElement>('main input[type="search"]');
        if (filter) event.preventDefault();
        return filter?.focus();
      }
      if (event.key === "j" || event.key === "k") return along(event.key === "j" ? 1 : -1);
      // Chooses the row that one is at.
      if (event.key === "x") document.activeElement?.closest("tr")?.querySelector<HTMLElement>(".choose > input")?.click();
      return undefined;
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

/** Moves the focus along the first links of a table's rows; Enter then opens one as any link. */
function along(step: number) {
  const links = [...document.querySelectorAll<HTMLElement>("main table.data tbody tr")].flatMap(
    (row) => row.querySelector<HTMLElement>("a") ?? [],
  );
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
}
