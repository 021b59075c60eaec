import type { NextTier } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { formatDay, formatDecimal } from "~/ui/format.tsx";
import { useNames } from "./names.tsx";

type Value = { int?: number; dec?: string; text?: string; bool?: boolean } | "null" | null;
type Need = { what: string; now?: Value; needed?: Value; op?: string; gap?: string | null; by?: number | null };
type Way = { needs: Need[] };

const written = (value: Value | undefined) => (value && value !== "null" ? String(Object.values(value)[0]) : "");
const number = (value: Value | undefined) => (value && value !== "null" ? Number(value.dec ?? value.int ?? Number.NaN) : Number.NaN);

/** The day that so many days after 1 January 1970 is, as the engine counts them. */
export const dayOf = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** How far a need is, 0 to 1, where it is a number to be reached. */
export function share({ now, needed, op }: Need): number | undefined {
  const [has, wants] = [number(now) || 0, number(needed)];
  return op?.startsWith("G") && wants > 0 ? has / wants : undefined;
}

/** The ways to a tier: each with what is missing, how far it is and by when. */
export function Ways({ next }: { next: NextTier }) {
  const { t, label, language } = useT();
  const names = useNames();
  const ways = next.ways as unknown as Way[];
  const goal = ({ what, needed }: Need) =>
    what === "profile.level" ? label("profileFields.level.", written(needed)) : formatDecimal(written(needed), language);
  const told = (need: Need) => {
    const what = label("profileFields.", need.what) === need.what ? names("metric", need.what) : label("profileFields.", need.what);
    if (need.gap) return t("ways.more", { gap: formatDecimal(need.gap, language), what });
    return t("ways.reach", { what, needed: goal(need) });
  };
  return (
    <ol className="plain stack">
      {ways.map((way, n) => (
        <li key={n} className="stack tight">
          {n > 0 && <span className="small dim">{t("ways.or")}</span>}
          {way.needs.map((need) => {
            const reached = share(need);
            return (
              <div key={need.what} className="stack tight">
                <div className="row apart">
                  <span>{told(need)}</span>
                  {reached !== undefined && (
                    <span className="small dim tnum">
                      {formatDecimal(written(need.now) || "0", language)} / {formatDecimal(written(need.needed), language)}
                    </span>
                  )}
                </div>
                {reached !== undefined && <Bar share={reached} label={told(need)} />}
                {need.by && <span className="small dim">{t("ways.by", { day: formatDay(dayOf(need.by), language) })}</span>}
              </div>
            );
          })}
        </li>
      ))}
    </ol>
  );
}
