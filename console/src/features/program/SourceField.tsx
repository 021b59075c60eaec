import { useEffect, useId, useRef, useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Here, Marks, Mistakes } from "./Mistakes.tsx";
import { offset, place, type Place } from "./places.ts";
import { useSuggested } from "~/ui/Suggested.tsx";
import { suggest, type ProgramNames } from "./suggest.ts";

const LINE_PX = 19;
type Props = {
  source: string;
  problems: string[];
  names: ProgramNames;
  /** The line that is looked at beside. */ shown?: number;
  onChange: (source: string) => void;
};

/** The text of the program: what can stand at the caret is offered, and a mistake is marked where it is and takes one there. */
export function SourceField({ source, problems, names, shown, onChange }: Props) {
  const { t } = useT();
  const hint = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const [line, setLine] = useState(0);
  const [scrolled, setScrolled] = useState(0);
  const suggested = useSuggested(field, (text, caret, asked) => suggest(text, caret, names, asked));
  const wrong = problems.flatMap((problem) => {
    const at = place(problem);
    return at ? [{ ...at, problem }] : [];
  });
  const here = wrong.filter((one) => one.line === line);
  useEffect(() => {
    if (shown && field.current) field.current.scrollTop = (shown - 2) * LINE_PX;
  }, [shown]);
  const goTo = (at: Place) => {
    const start = offset(source, at);
    field.current?.focus();
    field.current?.setSelectionRange(start, start);
    if (field.current) field.current.scrollTop = Math.max(0, (at.line - 8) * LINE_PX);
  };
  return (
    <>
      <div className="editor">
        <pre ref={gutter} aria-hidden>
          {source.split("\n").map((_, n) => (
            <span key={n} className={wrong.some((one) => one.line === n + 1) ? "wrong" : undefined}>
              {`${n + 1}\n`}
            </span>
          ))}
        </pre>
        <textarea
          {...suggested.props}
          ref={field}
          className="source"
          aria-label={t("program.toml")}
          aria-describedby={hint}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          rows={28}
          value={source}
          aria-invalid={problems.length > 0}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            suggested.look(event.currentTarget);
          }}
          onSelect={({ currentTarget: { value, selectionStart } }) => setLine(value.slice(0, selectionStart).split("\n").length)}
          onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => {
            if (gutter.current) gutter.current.scrollTop = scrollTop;
            setScrolled(scrollTop + scrollLeft);
            suggested.close();
          }}
        />
        <Marks key={scrolled} field={field} places={wrong} />
        {suggested.popup}
      </div>
      <p id={hint} className="small dim">
        {t("program.suggestKey")}
      </p>
      {here.length > 0 && <Here problems={here.map(({ problem }) => problem)} />}
      {problems.length > 0 && <Mistakes problems={problems} goTo={goTo} />}
    </>
  );
}
