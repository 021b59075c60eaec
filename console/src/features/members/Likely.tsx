import { Link } from "@tanstack/react-router";
import type { Likely as Found } from "~/api/schema.gen.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Chip, Name } from "~/ui/Page.tsx";

const LIKELY = 85;

/** Members that may be the same company, the likeliest first, with what speaks for it and against. */
export function Likely({ items, title }: { items: Found[]; title: Key }) {
  const { t, label } = useT();
  const columns: Column<Found>[] = [
    {
      id: "name",
      header: "members.name",
      cell: (one) => (
        <Link to={"/members/$member" as never} params={{ member: one.member } as never}>
          <Name>{one.name}</Name>
        </Link>
      ),
    },
    { id: "id", header: "members.id", cell: (one) => <code>{one.member}</code> },
    { id: "country", header: "members.country", cell: (one) => one.country },
    {
      id: "score",
      header: "duplicates.score",
      number: true,
      cell: (one) => (
        <span className="row">
          {one.score >= LIKELY && <Chip tone="warn">{t("duplicates.likely")}</Chip>}
          <Quantity value={one.score} />
        </span>
      ),
    },
    { id: "why", header: "duplicates.why", cell: (one) => one.reasons.map((reason) => label("duplicates.reason.", reason)).join(", ") },
  ];
  return <DataTable label={t(title)} columns={columns} rows={items} id={(one) => one.member} />;
}
