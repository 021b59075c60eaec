/** What stands on one side of a flow. */
export type End = { id: string; count: number };
export type Link = { from: string; to: string; count: number };
type Span = { top: number; bottom: number };
export type Ribbon = Link & { left: Span; right: Span };
export type Flowing = { left: Map<string, Span>; right: Map<string, Span>; ribbons: Ribbon[] };

/** The least share of the height that an end with anybody in it takes, so that its name has room. */
const LEAST = 0.1;
const GAP = 0.025;

function stack(ends: End[]): Map<string, Span> {
  const shown = ends.filter(({ count }) => count > 0);
  const all = shown.reduce((sum, { count }) => sum + count, 0);
  const least = Math.min(LEAST, 0.6 / Math.max(1, shown.length));
  const free = 1 - shown.length * least - Math.max(0, shown.length - 1) * GAP;
  let at = 0;
  return new Map(
    shown.map(({ id, count }) => {
      const span = { top: at, bottom: at + least + free * (count / all) };
      at = span.bottom + GAP;
      return [id, span];
    }),
  );
}

/** Cuts the span of each end into the shares of its links, in the order of `order` on the other side. */
function cut(spans: Map<string, Span>, links: Link[], own: "from" | "to", order: string[]): Map<Link, Span> {
  const other = own === "from" ? "to" : "from";
  const cuts = new Map<Link, Span>();
  for (const [id, span] of spans) {
    const mine = links.filter((link) => link[own] === id).toSorted((a, b) => order.indexOf(a[other]) - order.indexOf(b[other]));
    const all = mine.reduce((sum, { count }) => sum + count, 0);
    let at = span.top;
    for (const link of mine) {
      const bottom = at + (span.bottom - span.top) * (link.count / all);
      cuts.set(link, { top: at, bottom });
      at = bottom;
    }
  }
  return cuts;
}

/** Where the ends and ribbons of a flow between two sides are, in shares of the height; both sides in the order given. */
export function flow(left: End[], right: End[], links: Link[]): Flowing {
  const [from, to] = [stack(left), stack(right)];
  const known = links.filter((link) => link.count > 0 && from.has(link.from) && to.has(link.to));
  const starts = cut(
    from,
    known,
    "from",
    right.map(({ id }) => id),
  );
  const stops = cut(
    to,
    known,
    "to",
    left.map(({ id }) => id),
  );
  return { left: from, right: to, ribbons: known.map((link) => ({ ...link, left: starts.get(link)!, right: stops.get(link)! })) };
}
