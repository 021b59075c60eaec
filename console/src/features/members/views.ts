import { readFilter, type MemberFilter } from "./filter.ts";

/** A way of looking at the list under a name of one's own: filter, sort and columns. */
export type View = { name: string; filter: MemberFilter };
const AT = "hansa.views.members";
export const VIEWS_MAX = 30;

export function readViews(): View[] {
  try {
    const kept = JSON.parse(localStorage.getItem(AT) ?? "[]") as View[];
    return kept.map(({ name, filter }) => ({ name: String(name), filter: readFilter(filter as Record<string, unknown>) }));
  } catch {
    return [];
  }
}

/** Keeps a view; one of the same name is replaced. What is on the page one is at belongs to no view. */
export function keep(views: View[], name: string, { after: _, ...filter }: MemberFilter): View[] {
  const next = [...views.filter((view) => view.name !== name), { name, filter }].slice(-VIEWS_MAX);
  localStorage.setItem(AT, JSON.stringify(next));
  return next;
}

export function forget(views: View[], name: string): View[] {
  const next = views.filter((view) => view.name !== name);
  localStorage.setItem(AT, JSON.stringify(next));
  return next;
}

/** The view that the address shows, whatever the page. */
export function current(views: View[], { after: _, ...shown }: MemberFilter): View | undefined {
  const text = (filter: MemberFilter) => JSON.stringify(Object.entries(filter).toSorted(([a], [b]) => a.localeCompare(b)));
  return views.find(({ filter }) => text(filter) === text(shown));
}
