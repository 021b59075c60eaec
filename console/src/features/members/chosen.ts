import { createContext } from "react";
import type { ListedMember } from "~/api/schema.gen.ts";

/** As many as can be chosen to be changed together: each is a change of its own. */
export const CHOSEN_MAX = 500;

/** The members that are chosen in the list, in the order of choosing. */
export const Chosen = createContext<ListedMember[]>([]);

/** Adds rows to what is chosen, or takes them out. */
export function choose(chosen: ListedMember[], rows: ListedMember[], on: boolean): ListedMember[] {
  const others = chosen.filter(({ id }) => rows.every((row) => row.id !== id));
  return on ? [...others, ...rows].slice(0, CHOSEN_MAX) : others;
}
