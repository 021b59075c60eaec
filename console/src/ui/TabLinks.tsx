import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** Tabs that are addresses. */
export function TabLinks({ label, tabs }: { label: string; tabs: { to: string; label: string; exact?: boolean }[] }) {
  const bar = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // On a phone the tabs are wider than the screen: the one that is shown comes into view.
  useEffect(() => {
    const shown = [...(bar.current?.querySelectorAll("a") ?? [])].findLast((link) => path.startsWith(link.pathname));
    if (bar.current && shown) bar.current.scrollLeft = shown.offsetLeft + shown.offsetWidth - bar.current.clientWidth;
  }, [path]);
  return (
    <nav ref={bar} className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to as never}
          search={((old: { as_of?: string }) => ({ as_of: old.as_of })) as never}
          activeOptions={{ exact: tab.exact ?? false, includeSearch: false }}
          activeProps={{ "aria-current": "page" }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
