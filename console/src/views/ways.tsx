import type { NeedView, NextTier } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { formatDay, formatDecimal } from "~/ui/format.tsx";
import { useNames } from "./names.tsx";

/** How far a need is, 0 to 1, where it is a number to be reached. */
export function share({ now, needed, op }: Pick<NeedView, "now" | "needed" | "op">): number | undefined {
  const [has, wants] = [Number(now ?? 0) || 0, Number(needed ?? Number.NaN)];
  return op.startsWith(">") && wants > 0 ? has / wants : undefined;
}

/** What kind of thing is missing: more or less of a number, a value to be had or not to be had, or a condition that is no comparison. */
export function kind({ op, needed, gap }: Pick<NeedView, "op" | "needed" | "gap">): "more" | "less" | "reach" | "not" | "condition" {
  if (gap) return gap.startsWith("-") ? "less" : "more";
  if (needed == null) return "condition";
  return op === "<>" ? "not" : "reach";
}

/** The ways to a tier, the nearest first: each with what is missing, how far it is and by when. */
export function Ways({ next }: { next: NextTier }) {
  const { t, label, language } = useT();
  const names = useNames();
  const goal = ({ what, needed }: NeedView) =>
    what === "profile.level" ? label("profileFields.level.", needed ?? "") : formatDecimal(needed ?? "", language);
  const told = (need: NeedView) => {
    const field = label("profileFields.", need.what);
    const what = field === need.what ? names("metric", { id: need.what, name: need.name }) : field;
    const missing = kind(need);
    if (missing === "condition") return what;
    return t(`ways.${missing}`, { gap: formatDecimal((need.gap ?? "").replace("-", ""), language), what, needed: goal(need) });
  };
  return (
    <ol className="plain stack">
      {next.ways.map((way, n) => (
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
                      {formatDecimal(need.now ?? "0", language)} / {formatDecimal(need.needed ?? "", language)}
                    </span>
                  )}
                </div>
                {reached !== undefined && <Bar share={reached} label={told(need)} />}
                {need.by && <span className="small dim">{t("ways.by", { day: formatDay(need.by, language) })}</span>}
              </div>
            );
          })}
        </li>
      ))}
    </ol>
  );
}
