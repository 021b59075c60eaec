import { Link } from "@tanstack/react-router";

/** Tabs that are addresses. */
export function TabLinks({ label, tabs }: { label: string; tabs: { to: string; label: string; exact?: boolean }[] }) {
  return (
    <nav className="tabs" aria-label={label}>
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
