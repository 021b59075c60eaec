/** What a timeline can be narrowed to: the kinds of facts by the word that they begin with, where more than one does. */
export function groups(kinds: string[]): string[] {
  const word = (kind: string) => `${kind.split(".")[0]}.`;
  const alike = (kind: string) => kinds.filter((other) => word(other) === word(kind)).length > 1;
  return [...new Set(kinds.map((kind) => (alike(kind) ? word(kind) : kind)))];
}

/** How the rules begin that decide: about tiers, earning, benefits, missions, movements of units, and what is taken back. */
export const RULES = ["track:", "earn:", "benefit:", "mission:", "fact:", "undo:"] as const;
