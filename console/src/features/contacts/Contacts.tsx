import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { Contact } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Chip, Name } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";

function Role({ role }: { role: string }) {
  const { label } = useT();
  return <Chip tone="info">{label("chain.", role)}</Chip>;
}

const path = (contact: Contact) => `/members/${encodeURIComponent(contact.member)}/contacts/${encodeURIComponent(contact.id)}`;

export default function Contacts() {
  const { t } = useT();
  const may = useMay();
  const member = useParam("member");
  const about = useQuery(memberQuery(member)).data?.value;
  const [{ after }] = useAddress();
  const query = $api.useQuery("get", "/v1/members/{member}/contacts", {
    params: { path: { member }, query: { limit: 50, after } },
  });
  const columns: Column<Contact>[] = [
    {
      id: "name",
      header: "contacts.name",
      cell: (contact) =>
        may("change_contact", about) ? (
          <Link to={path(contact) as never}>
            <Name>{contact.name || contact.id}</Name>
          </Link>
        ) : (
          <Name>{contact.name || contact.id}</Name>
        ),
    },
    { id: "role", header: "contacts.role", cell: (contact) => contact.role && <Role role={contact.role} /> },
    { id: "titled", header: "contacts.titled", cell: (contact) => contact.title },
    {
      id: "email",
      header: "contacts.email",
      cell: (contact) => contact.email && <span className="any">{contact.email}</span>,
    },
    { id: "phone", header: "contacts.phone", cell: (contact) => contact.phone },
    {
      id: "privacy",
      header: "privacy.title",
      cell: (contact) =>
        contact.erased ? (
          <Chip>{t("privacy.erased")}</Chip>
        ) : (
          may("list_consents", about) && <Link to={`${path(contact)}/privacy` as never}>{t("privacy.show")}</Link>
        ),
    },
    {
      id: "log",
      header: "contacts.interaction",
      cell: (contact) => may("log_interaction", about) && <Link to={`${path(contact)}/interaction` as never}>{t("contacts.log")}</Link>,
    },
  ];
  return (
    <div className="stack wide">
      <div className="row noprint">
        {may("create_contact", about) && (
          <ButtonLink to={`/members/${encodeURIComponent(member)}/contacts/new`}>{t("contacts.create")}</ButtonLink>
        )}
        {may("export_member_data", about) && (
          <Button component="a" variant="default" href={`/v1/members/${encodeURIComponent(member)}/export`} download>
            {t("privacy.exportCompany")}
          </Button>
        )}
      </div>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="contacts.none" />
          ) : (
            <>
              <DataTable label={t("contacts.title")} columns={columns} rows={items} id={(contact) => contact.id} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
      <Outlet />
    </div>
  );
}
