import type { Operation } from "./roles.gen.ts";
import type { Approval, Me } from "./schema.gen.ts";

export const APPROVAL_STATES = ["open", "approved", "refused", "withdrawn"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Whether what came back is not the thing done, but that it waits for a second person (202). */
export const waits = (answer: object): answer is Approval => "asked_by" in answer && "state" in answer;

/** Whether somebody asked for it themselves. */
export const isOwn = ({ asked_by }: Pick<Approval, "asked_by">, person: Pick<Me["person"], "id"> | undefined) =>
  person !== undefined && asked_by === `staff:${person.id}`;

/** Why somebody cannot decide about what is open: who asked does not, nor does whoever might not do it alone. */
export function whyNot(
  approval: Pick<Approval, "action" | "asked_by">,
  person: Pick<Me["person"], "id"> | undefined,
  may: (operation: Operation) => boolean,
): "own" | "role" | undefined {
  if (!may("approve") || !may(approval.action as "adjust_points" | "apply_program")) return "role";
  return isOwn(approval, person) ? "own" : undefined;
}

/** Whether an adjustment is above what one person may do alone. */
export const asksForTwo = (above: Record<string, number>, unit: string, amount: number) =>
  above[unit] !== undefined && Math.abs(amount) > above[unit];
