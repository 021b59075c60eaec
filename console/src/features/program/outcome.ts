// oxlint-disable unicorn/no-thenable -- `then` is what the server calls the candidate's side.
import type { Job } from "~/api/schema.gen.ts";
import type { End, Link } from "~/ui/flow.ts";

export type Move = { track: string; from: string; to: string; members: number };
export type Mover = Omit<Move, "members"> & { member: string; why_now: string | null; why_then: string | null };
export type Stream = { issued: number; taken_back: number; spent: number; expired: number };
export type Month = { unit: string; month: string; now: Stream; then: Stream; cost_now: string; cost_then: string };

/** What a simulation came to, as `hansa program simulate --json` prints it. */
export type Outcome = {
  as_of: string;
  members: number;
  facts: number;
  equal: boolean;
  different_members: number;
  tiers_now: Record<string, number>;
  tiers_then: Record<string, number>;
  moves: Move[];
  movers: Mover[];
  months: Month[];
  currency: string;
  outstanding_cost_now: string;
  outstanding_cost_then: string;
};

export const outcomeOf = (job: Job) => job.result as unknown as Outcome;

/** The tracks of an outcome, those where somebody moves first. */
export function tracks({ tiers_now, tiers_then, moves }: Outcome): string[] {
  const all = [...new Set([...Object.keys(tiers_now), ...Object.keys(tiers_then)].map((key) => key.slice(0, key.indexOf("."))))];
  const moving = (track: string) => Number(moves.some((move) => move.track === track));
  return all.toSorted((a, b) => moving(b) - moving(a));
}

/** Who stands where on a track now and then, highest tier first, and who goes between, those who stay counted too. */
export function streams(outcome: Outcome, track: string, rank: (tier: string) => number): { left: End[]; right: End[]; links: Link[] } {
  const ends = (counts: Record<string, number>): End[] =>
    Object.entries(counts)
      .filter(([key]) => key.startsWith(`${track}.`))
      .map(([key, count]) => ({ id: key.slice(track.length + 1), count }))
      .toSorted((a, b) => rank(b.id) - rank(a.id));
  const moves = outcome.moves.filter((move) => move.track === track).map(({ from, to, members }) => ({ from, to, count: members }));
  const left = ends(outcome.tiers_now);
  const gone = (tier: string) => moves.filter(({ from }) => from === tier).reduce((sum, { count }) => sum + count, 0);
  const stay = left.map(({ id, count }) => ({ from: id, to: id, count: count - gone(id) })).filter(({ count }) => count > 0);
  return { left, right: ends(outcome.tiers_then), links: [...stay, ...moves] };
}

const NOTHING: Stream = { issued: 0, taken_back: 0, spent: 0, expired: 0 };
const after = (month: string) => {
  const [year, at] = month.split("-").map(Number) as [number, number];
  return at < 12 ? `${year}-${String(at + 1).padStart(2, "0")}` : `${year + 1}-01`;
};

/** The months of a unit in their order, those without a movement too. */
export function monthsOf({ months }: Outcome, unit: string): Month[] {
  const told = new Map(months.filter((month) => month.unit === unit).map((one) => [one.month, one]));
  const [first, last] = [...told.keys()].toSorted().filter((_, n, all) => n === 0 || n === all.length - 1);
  const all: Month[] = [];
  for (let month = first; month !== undefined && month <= (last ?? first!); month = after(month))
    all.push(told.get(month) ?? { unit, month, now: NOTHING, then: NOTHING, cost_now: "0", cost_then: "0" });
  return all;
}

/** What was issued, net of what was taken back. */
export const issued = ({ issued: all, taken_back }: Stream) => all - taken_back;

/** What is there at the end of each month: all that came until then and did not go. */
export function outstanding(streams: Stream[]): number[] {
  let sum = 0;
  return streams.map((stream) => (sum += issued(stream) - stream.spent - stream.expired));
}
