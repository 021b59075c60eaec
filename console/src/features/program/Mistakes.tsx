import { useLayoutEffect, useState, type RefObject } from "react";
import { Button } from "~/ui/Button.tsx";
import { useT } from "~/i18n/index.ts";
import { spot, type Spot } from "~/ui/spot.ts";
import { offset, place, type Place } from "./places.ts";

/** The mistakes that a check found, each with a way to its place. */
export function Mistakes({ problems, goTo }: { problems: string[]; goTo: (at: Place) => void }) {
  const { t } = useT();
  return (
    <ul className="plain stack tight" role="alert">
      {problems.map((problem) => {
        const at = place(problem);
        return (
          <li key={problem} className="row" lang="en">
            <span className="chip bad" lang={undefined}>
              ✕
            </span>
            <code className="grow any">{problem}</code>
            {at && (
              <Button variant="default" size="xs" onClick={() => goTo(at)}>
                {t("program.goTo", { line: at.line })}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The mistakes of the line that the caret is in. */
export const Here = ({ problems }: { problems: string[] }) => (
  <div role="status" lang="en">
    {problems.map((problem) => (
      <p key={problem}>
        <code className="any">{problem}</code>
      </p>
    ))}
  </div>
);

type Marking = { field: RefObject<HTMLTextAreaElement | null>; places: Place[] };

/** Underlines the places of mistakes in a field, as far as it is scrolled now. */
export function Marks({ field, places }: Marking) {
  const [spots, setSpots] = useState<Spot[]>([]);
  const text = JSON.stringify(places);
  useLayoutEffect(() => {
    const of = field.current;
    if (of) setSpots((JSON.parse(text) as Place[]).map((at) => spot(of, offset(of.value, at))));
  }, [field, text]);
  return (
    <div className="marks" aria-hidden>
      {spots.map(({ top, left }) => (
        <span key={`${top}/${left}`} style={{ top, left }} />
      ))}
    </div>
  );
}
