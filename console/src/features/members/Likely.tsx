import { Link } from "@tanstack/react-router";
import type { Likely as Found } from "~/api/schema.gen.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Chip, Name } from "~/ui/Page.tsx";

const LIKELY = 85;

type Props = { items: Found[]; title: Key; into?: string };

/** Members that may be the same company, the likeliest first, with what speaks for it and against; `into` is whom they can be merged into. */
export function Likely({ items, title, into }: Props) {
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
    ...(into
      ? [
          {
            id: "merge",
            header: "merges.merge" as const,
            cell: (one: Found) => (
              <ButtonLink size="xs" to="/merge" search={{ into, from: one.member }} aria-label={t("merges.openWith", { name: one.name })}>
                {t("merges.open")}
              </ButtonLink>
            ),
          },
        ]
      : []),
  ];
  return <DataTable label={t(title)} columns={columns} rows={items} id={(one) => one.member} />;
}
