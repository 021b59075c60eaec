import { useT } from "~/i18n/index.ts";
import { formatSteps } from "./format.tsx";
import { flow, type End, type Link, type Ribbon } from "./flow.ts";

type Named = End & { name: string };
type Props = { label: string; heads: [string, string]; left: Named[]; right: Named[]; links: (Link & { tone: "same" | "up" | "down" })[] };

const band = ({ left, right }: Ribbon) =>
  `M0 ${left.top * 100} C50 ${left.top * 100} 50 ${right.top * 100} 100 ${right.top * 100} L100 ${right.bottom * 100} C50 ${right.bottom * 100} 50 ${left.bottom * 100} 0 ${left.bottom * 100} Z`;

/** Who goes from which end on the left to which on the right; the same is told as a table beside it. */
export function Flow({ label, heads, left, right, links }: Props) {
  const shown = flow(left, right, links);
  return (
    <figure className="flow" aria-label={label}>
      <span className="small dim">{heads[0]}</span>
      <span />
      <span className="small dim">{heads[1]}</span>
      <Ends ends={left} spans={shown.left} />
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {shown.ribbons.map((ribbon) => (
          <path
            key={`${ribbon.from}>${ribbon.to}`}
            d={band(ribbon)}
            className={links.find(({ from, to }) => from === ribbon.from && to === ribbon.to)?.tone}
          />
        ))}
      </svg>
      <Ends ends={right} spans={shown.right} />
    </figure>
  );
}

function Ends({ ends, spans }: { ends: Named[]; spans: Map<string, { top: number; bottom: number }> }) {
  const { language } = useT();
  return (
    <ul className="plain">
      {ends
        .filter(({ id }) => spans.has(id))
        .map(({ id, name, count }) => {
          const { top, bottom } = spans.get(id)!;
          return (
            <li key={id} style={{ top: `${top * 100}%`, height: `${(bottom - top) * 100}%` }}>
              <span className="clip">{name}</span>
              <b className="tnum">{formatSteps(count, 0, language)}</b>
            </li>
          );
        })}
    </ul>
  );
}
