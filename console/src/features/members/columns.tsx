import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { valueText } from "~/api/custom.ts";
import type { ListedMember, StandsView } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { harmless } from "~/ui/csv.ts";
import { useTitle, type Column } from "~/ui/DataTable.tsx";
import { Day, Money, Quantity } from "~/ui/format.tsx";
import { Tags, useShown } from "~/views/custom.tsx";
import { useNames } from "~/views/names.tsx";
import { Tier, useRank } from "~/views/tier.tsx";

const To = ({ id, children }: { id: string; children: string }) => (
  <Link to={"/members/$member" as never} params={{ member: id } as never} className="name">
    <bdi className="clip">{children}</bdi>
  </Link>
);

function Tiers({ of }: { of: StandsView["tiers"] }) {
  const rank = useRank();
  return (
    <span className="row">
      {of.map(({ track, tier }) => (
        <Tier key={track.id} track={track.id} rank={rank(track.id, tier.id)} {...tier} />
      ))}
    </span>
  );
}

function Balances({ of }: { of: StandsView["balances"] }) {
  const names = useNames();
  return (
    <span className="stack tight">
      {of.map(({ unit, available, scale }) => (
        <span key={unit.id}>
          <Quantity value={available} scale={scale} /> {names("unit", unit)}
        </span>
      ))}
    </span>
  );
}

export const COLUMNS: Column<ListedMember>[] = [
  { id: "name", header: "members.name", sorts: true, cell: (member) => <To id={member.id}>{member.name}</To> },
  { id: "id", header: "members.id", sorts: true, cell: (member) => <code>{member.id}</code> },
  {
    id: "tier",
    header: "members.tier",
    cell: ({ stands }) => stands && stands.tiers.length > 0 && <Tiers of={stands.tiers} />,
  },
  {
    id: "balances",
    header: "members.balances",
    number: true,
    cell: ({ stands }) => stands && stands.balances.length > 0 && <Balances of={stands.balances} />,
  },
  {
    id: "registration_number",
    header: "members.registration_number",
    cell: (member) => member.registration_number && <code>{member.registration_number}</code>,
  },
  { id: "tags", header: "members.tag", cell: ({ custom }) => custom && custom.tags.length > 0 && <Tags of={custom.tags} /> },
  { id: "country", header: "members.country", cell: (member) => member.country },
  { id: "region", header: "members.region", cell: (member) => member.region },
  { id: "industry", header: "members.industry", cell: (member) => member.industry },
  {
    id: "employees",
    header: "members.employees",
    number: true,
    cell: (member) => member.employees != null && <Quantity value={member.employees} />,
  },
  { id: "account_manager", header: "members.account_manager", cell: (member) => member.account_manager },
  {
    id: "parent",
    header: "members.parent",
    cell: (member) => member.parent && <To id={member.parent}>{member.parent}</To>,
  },
  {
    id: "credit_limit_minor",
    header: "members.credit_limit_minor",
    number: true,
    cell: (member) =>
      member.credit_limit_minor != null && member.currency && <Money minor={member.credit_limit_minor} currency={member.currency} />,
  },
  {
    id: "registered_at",
    header: "members.registered_at",
    cell: (member) => member.registered_at && <Day at={member.registered_at} />,
  },
];

/** A column of the list; `text` is what a file has of it, where that is not a field of the member. */
export type MemberColumn = Column<ListedMember> & { text?: (member: ListedMember) => string };

/** The columns there are: a member's own, and the fields of the platform for whoever may read them. */
export function useMemberColumns(): MemberColumn[] {
  const { language } = useT();
  const may = useMay();
  const shown = useShown();
  const fields = $api.useQuery("get", "/v1/custom-fields", {}, { enabled: may("list_custom_fields") && may("read_custom") });
  return [
    ...COLUMNS,
    ...(fields.data?.items ?? []).map((field): MemberColumn => ({
      id: `custom.${field.id}`,
      header: "custom.field",
      title: field.name,
      number: field.kind === "integer" || field.kind === "decimal",
      cell: ({ custom }) => shown(field, custom?.values[field.id]),
      text: ({ custom }) => {
        const said = valueText(field, custom?.values[field.id], language);
        return field.kind === "text" || field.kind === "choice" ? harmless(said) : said;
      },
    })),
  ];
}

/** Columns with their titles, as a file has them. */
export function useTitled(shown: string[]) {
  const titleOf = useTitle();
  return useMemberColumns()
    .filter(({ id }) => shown.includes(id))
    .map(({ id, text, ...column }) => ({ id, text, title: titleOf(column) }));
}

export const USUAL = ["name", "id", "tier", "region", "industry", "employees", "account_manager", "credit_limit_minor", "registered_at"];
