import { Link } from "@tanstack/react-router";
import type { Person } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import type { Column } from "~/ui/DataTable.tsx";
import { When } from "~/ui/format.tsx";
import { Chip, Name } from "~/ui/Page.tsx";
import { PersonState } from "~/views/person.tsx";

export function usePersonColumns(base: string, may: boolean): Column<Person>[] {
  const { t, label } = useT();
  return [
    {
      id: "name",
      header: "people.name",
      cell: (person) =>
        may ? (
          <Link to={`${base}/${encodeURIComponent(person.id)}` as never}>
            <Name>{person.name || person.id}</Name>
          </Link>
        ) : (
          <Name>{person.name || person.id}</Name>
        ),
    },
    { id: "id", header: "people.id", cell: (person) => <code>{person.id}</code> },
    { id: "reach", header: "people.reach", cell: (person) => <span className="any">{person.email ?? person.phone}</span> },
    { id: "role", header: "people.role", cell: (person) => label("roles.", person.role) },
    { id: "state", header: "people.state", cell: (person) => <PersonState state={person.state} /> },
    {
      id: "factor",
      header: "people.factor",
      cell: (person) => (
        <Chip tone={person.second_factor ? "ok" : "none"}>{t(person.second_factor ? "account.factorOn" : "account.factorOff")}</Chip>
      ),
    },
    {
      id: "signed",
      header: "people.lastSignIn",
      cell: (person) => (person.signed_in_at ? <When at={person.signed_in_at} /> : "–"),
    },
  ];
}
