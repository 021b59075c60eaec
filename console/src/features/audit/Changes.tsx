import { Link } from "@tanstack/react-router";
import type { Change } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { CopyButton } from "~/ui/CopyButton.tsx";
import { Diff } from "~/ui/Diff.tsx";
import { When } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";

const written = (value: unknown) => (value == null ? "" : JSON.stringify(value, null, 2));

/** Who changed what, each with before and after, and its place in the chain. */
export function Changes({ items }: { items: Change[] }) {
  return (
    <ol className="timeline">
      {items.map((change) => (
        <One key={change.seq} change={change} />
      ))}
    </ol>
  );
}

function One({ change }: { change: Change }) {
  const { t, label } = useT();
  return (
    <li>
      <div className="row small dim">
        <When at={change.at} /> <code>{change.actor}</code>
      </div>
      <strong>{label("actions.", change.action)}</strong> <code>{change.subject}</code>
      {change.why && <p className="any">{change.why}</p>}
      <details>
        <summary className="small">{t("audit.details")}</summary>
        <div className="stack" style={{ padding: "8px 0 0 12px" }}>
          {(change.before != null || change.after != null) && <Diff before={written(change.before)} after={written(change.after)} />}
          <Pairs
            of={[
              [
                t("audit.member"),
                change.member && (
                  <Link to={"/members/$member" as never} params={{ member: change.member } as never}>
                    {change.member}
                  </Link>
                ),
              ],
              [t("audit.address"), change.address],
              [t("audit.request"), change.request && <code>{change.request}</code>],
              [t("audit.seq"), change.seq],
              [
                t("audit.hash"),
                <span key="hash" className="row">
                  <code>{change.hash}</code>
                  <CopyButton text={change.hash} />
                </span>,
              ],
            ]}
          />
        </div>
      </details>
    </li>
  );
}
