import { useRef, useState } from "react";
import { useT } from "~/i18n/index.ts";

/** Where a mistake is, by the line and column that its text begins with or names. */
const place = (problem: string) => {
  const found = /(?:line\s+|^|:)(\d+)(?::|,\s*column\s+)(\d+)/.exec(problem);
  return found && { line: Number(found[1]), column: Number(found[2]) };
};

/** The text of the program; a mistake takes one to its place. */
export function SourceField({ source, problems, onChange }: { source: string; problems: string[]; onChange: (source: string) => void }) {
  const { t } = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const [line, setLine] = useState(0);
  const wrong = new Map(problems.flatMap((problem) => (place(problem) ? [[place(problem)!.line, problem] as const] : [])));
  const goTo = ({ line, column }: { line: number; column: number }) => {
    const start =
      source
        .split("\n")
        .slice(0, line - 1)
        .reduce((sum, text) => sum + text.length + 1, 0) +
      column -
      1;
    field.current?.focus();
    field.current?.setSelectionRange(start, start);
    if (field.current) field.current.scrollTop = Math.max(0, (line - 8) * 19);
  };
  return (
    <>
      <div className="editor">
        <pre ref={gutter} aria-hidden>
          {source.split("\n").map((_, n) => (
            <span key={n} className={wrong.has(n + 1) ? "wrong" : undefined}>
              {`${n + 1}\n`}
            </span>
          ))}
        </pre>
        <textarea
          ref={field}
          className="source"
          aria-label={t("program.toml")}
          spellCheck={false}
          wrap="off"
          rows={28}
          value={source}
          aria-invalid={problems.length > 0}
          onChange={(event) => onChange(event.currentTarget.value)}
          onSelect={({ currentTarget: { value, selectionStart } }) => setLine(value.slice(0, selectionStart).split("\n").length)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {wrong.has(line) && (
        <p className="row" role="status" lang="en">
          <code className="any">{wrong.get(line)}</code>
        </p>
      )}
      {problems.length > 0 && (
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
                  <button type="button" onClick={() => goTo(at)}>
                    {t("program.goTo", { line: at.line })}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
