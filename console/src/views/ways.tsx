import type { NeedView, NextTier } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { formatDay, formatDecimal } from "~/ui/format.tsx";

/** How far a need is, 0 to 1, where it is a number to be reached. */
export function share({ now, needed, op }: Pick<NeedView, "now" | "needed" | "op">): number | undefined {
  const [has, wants] = [Number(now ?? 0) || 0, Number(needed ?? Number.NaN)];
  return op.startsWith(">") && wants > 0 ? has / wants : undefined;
}

/** The ways to a tier: each with what is missing, how far it is and by when. */
export function Ways({ next }: { next: NextTier }) {
  const { t, label, language } = useT();
  const goal = ({ what, needed }: NeedView) =>
    what === "profile.level" ? label("profileFields.level.", needed ?? "") : formatDecimal(needed ?? "", language);
  const told = (need: NeedView) => {
    const field = label("profileFields.", need.what);
    const what = field === need.what ? need.name : field;
    if (need.gap) return t("ways.more", { gap: formatDecimal(need.gap, language), what });
    return t("ways.reach", { what, needed: goal(need) });
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
