import { Link } from "@tanstack/react-router";
import type { ListedMember, StandsView } from "~/api/schema.gen.ts";
import type { Column } from "~/ui/DataTable.tsx";
import { Day, Money, Quantity } from "~/ui/format.tsx";
import { Tags } from "~/views/custom.tsx";
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

export const USUAL = ["name", "id", "tier", "region", "industry", "employees", "account_manager", "credit_limit_minor", "registered_at"];
