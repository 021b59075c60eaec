import { Link } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useProblemText } from "~/ui/states.tsx";
import type { Row } from "./bulk.ts";

type Props = { rows: Row[]; left: number; onUndo: () => void; onClose: () => void };

/** What it came to: how many, and which were not changed and why. */
export function BulkOutcome({ rows, left, onUndo, onClose }: Props) {
  const { t } = useT();
  const text = useProblemText();
  const count = (came: Row["came"]) => rows.filter((row) => row.came === came).length;
  const part = (number: number) => number > 0 && <Quantity value={number} />;
  const failed = rows.flatMap((row) => (row.came === "failed" ? [row] : []));
  return (
    <div className="stack" role="status">
      <Pairs
        of={[
          [t("bulk.cameOf.changed"), part(count("changed"))],
          [t("bulk.cameOf.undone"), part(count("undone"))],
          [t("bulk.same"), part(count("same"))],
          [t("bulk.cameOf.failed"), part(failed.length)],
          [t("bulk.left"), part(left)],
        ]}
      />
      {failed.length > 0 && (
        <ul className="plain stack tight small">
          {failed.map(({ id, name, problem }) => (
            <li key={id} className="any">
              <Link to={"/members/$member" as never} params={{ member: id } as never}>
                <bdi>{name}</bdi>
              </Link>{" "}
              {text(problem)}
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <Button onClick={onClose}>{t("ui.close")}</Button>
        {count("changed") > 0 && (
          <Button variant="default" onClick={onUndo}>
            {t("bulk.undo")}
          </Button>
        )}
      </div>
    </div>
  );
}
