import { useT } from "~/i18n/index.ts";
import { formatSteps } from "./format.tsx";

type Series = { name: string; values: number[] };
type Props = { label: string; names: string[]; series: Series[]; scale?: number };

/** Columns side by side over time; the same is told as a table beside them. */
export function Columns({ label, names, series, scale = 0 }: Props) {
  const { language } = useT();
  const most = Math.max(1, ...series.flatMap(({ values }) => values));
  const wide = 100 / Math.max(1, names.length);
  const bar = (wide * 0.8) / series.length;
  return (
    <figure className="columns" aria-label={label}>
      <div className="row apart small dim">
        <span className="row">
          {series.map(({ name }, n) => (
            <span key={name} className="key" data-series={n}>
              {name}
            </span>
          ))}
        </span>
        <span className="tnum">{formatSteps(most, scale, language)}</span>
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {series.map(({ name, values }, n) =>
          values.map((value, at) => {
            const high = (Math.max(0, value) / most) * 100;
            return (
              <rect
                key={`${name}${names[at]}`}
                data-series={n}
                x={at * wide + wide * 0.1 + n * bar}
                y={100 - high}
                width={bar}
                height={high}
              />
            );
          }),
        )}
      </svg>
      <div className="row apart small dim tnum">
        <span>{names[0]}</span>
        {names.length > 1 && <span>{names.at(-1)}</span>}
      </div>
    </figure>
  );
}
