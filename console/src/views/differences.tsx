import type { CheckedView } from "~/api/schema.gen.ts";

/** What differs between two programs, rule by rule. */
export function Differences({ of }: { of: CheckedView["differences"] }) {
  return of.map(({ at, before, after }) => (
    <div key={at}>
      <code>{at}</code>
      <pre className="diff">
        {before != null && <del>- {before}</del>}
        {after != null && <ins>+ {after}</ins>}
      </pre>
    </div>
  ));
}
