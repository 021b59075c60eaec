import type { LineView, StatementLot, UnitStatement } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Day, Quantity, When } from "~/ui/format.tsx";
import { Card } from "~/ui/Page.tsx";
import { useNames } from "./names.tsx";

type At<T> = T & { scale: number; n: number };
const LINES: Column<At<LineView>>[] = [
  { id: "at", header: "points.at", cell: (line) => <When at={line.at} /> },
  { id: "reason", header: "points.reason", cell: (line) => <span className="any">{line.reason}</span> },
  { id: "reference", header: "points.reference", cell: (line) => line.reference && <span className="any">{line.reference}</span> },
  {
    id: "change",
    header: "points.change",
    number: true,
    cell: (line) => <Quantity value={line.change} scale={line.scale} signed />,
  },
  {
    id: "balance",
    header: "points.balance",
    number: true,
    cell: (line) => <Quantity value={line.balance} scale={line.scale} />,
  },
];
const LOTS: Column<At<StatementLot>>[] = [
  { id: "rule", header: "points.lot", cell: (lot) => <span className="any">{lot.rule}</span> },
  { id: "made", header: "points.made", cell: (lot) => <Day at={lot.made_at} /> },
  { id: "expires", header: "points.expires", cell: (lot) => (lot.expires_at ? <Day at={lot.expires_at} /> : "–") },
  {
    id: "available",
    header: "points.available",
    number: true,
    cell: (lot) => <Quantity value={lot.available} scale={lot.scale} />,
  },
  { id: "held", header: "points.held", number: true, cell: (lot) => <Quantity value={lot.held} scale={lot.scale} /> },
  {
    id: "reserved",
    header: "points.reserved",
    number: true,
    cell: (lot) => <Quantity value={lot.reserved} scale={lot.scale} />,
  },
];

/** The account of one unit: what was, each movement (the latest first), what is, and the open lots. */
export function Statement({ of: statement }: { of: UnitStatement }) {
  const { t } = useT();
  const name = useNames()("unit", { id: statement.unit, name: statement.name });
  const { scale } = statement;
  const lines = statement.lines.map((line, n) => ({ ...line, scale, n })).toReversed();
  const lots = statement.lots.map((lot, n) => ({ ...lot, scale, n }));
  return (
    <Card
      title={name}
      actions={
        <span className="small dim">
          {t("points.opening")} <Quantity value={statement.opening} scale={scale} /> · {t("points.closing")}{" "}
          <Quantity value={statement.closing} scale={scale} />
        </span>
      }
    >
      <div className="stack">
        {lines.length === 0 && <p className="dim">{t("points.noLines")}</p>}
        {lines.length > 0 && (
          <DataTable label={`${name}: ${t("points.movements")}`} columns={LINES} rows={lines} id={(line) => String(line.n)} />
        )}
        {lots.length > 0 && (
          <>
            <h3>{t("points.lots")}</h3>
            <DataTable label={`${name}: ${t("points.lots")}`} columns={LOTS} rows={lots} id={(lot) => String(lot.n)} />
          </>
        )}
      </div>
    </Card>
  );
}
