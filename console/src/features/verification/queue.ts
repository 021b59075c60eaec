import type { Search } from "~/ui/route.ts";

/** What the address asks of the queue; `me` and `none` stand for reviewers, whatever their ids. */
export function asked(search: Search, me: string | undefined) {
  const { status, level, reviewer, overdue } = search;
  return {
    status: status || undefined,
    level: level || undefined,
    reviewer: reviewer === "me" ? me : reviewer === "none" ? "" : undefined,
    overdue: String(overdue) === "true" ? true : undefined,
  };
}
