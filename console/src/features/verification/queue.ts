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

/** The case after one in the queue, or the first where the one is not in it any more. */
export function following<C extends { id: string }>(queue: C[], id: string): C | undefined {
  const at = queue.findIndex((one) => one.id === id);
  return at < 0 ? queue[0] : (queue[at + 1] ?? (at > 0 ? queue[0] : undefined));
}
