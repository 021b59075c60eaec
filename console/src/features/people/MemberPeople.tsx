import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable } from "~/ui/DataTable.tsx";
import { useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { usePersonColumns } from "./columns.tsx";

/** Those of the enterprise who can sign in. */
export default function MemberPeople() {
  const { t } = useT();
  const may = useMay();
  const member = useParam("member");
  const about = useQuery(memberQuery(member)).data?.value;
  const query = $api.useQuery("get", "/v1/members/{member}/people", { params: { path: { member } } });
  const base = `/members/${encodeURIComponent(member)}/people`;
  const columns = usePersonColumns(base, may("change_person", about));
  return (
    <div className="stack wide">
      {may("invite_person", about) && (
        <div className="row noprint">
          <ButtonLink to={`${base}/invite`}>{t("people.invite")}</ButtonLink>
        </div>
      )}
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <DataTable label={t("people.title")} columns={columns} rows={items} id={(person) => person.id} />
          ) : (
            <Empty title="people.none" />
          )
        }
      </Loaded>
      <Outlet />
    </div>
  );
}
