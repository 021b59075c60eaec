import { text } from "~/search.ts";

/** What is typed to find members; beside that a tier is chosen, with its track where it is not of the first, and a value of a custom field. */
export const TYPED = ["search", "country", "region", "industry", "account_manager", "parent", "registration_number", "tag"] as const;
export const FILTERS = [...TYPED, "tier", "track", "custom"] as const;
export type FilterName = (typeof FILTERS)[number];
export type MemberFilter = Partial<Record<FilterName, string>> & {
  sort?: "id" | "-id" | "name" | "-name";
  after?: string;
  columns?: string;
};

const SORTS = ["id", "-id", "name", "-name"] as const;

/** The state of the list as the address bears it; what is no filter is dropped. */
export function readFilter(search: Record<string, unknown>): MemberFilter {
  const filter: MemberFilter = {};
  for (const name of FILTERS) {
    const value = text(search[name]);
    if (value) filter[name] = name === "custom" ? value : value.slice(0, 100);
  }
  if (!filter.tier) delete filter.track;
  const sort = SORTS.find((known) => known === search.sort);
  if (sort && sort !== "id") filter.sort = sort;
  const [after, columns] = [text(search.after), text(search.columns)];
  if (after) filter.after = after;
  if (columns) filter.columns = columns;
  return filter;
}
