import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable } from "~/ui/DataTable.tsx";
import { Card, Name } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { COLUMNS } from "./columns.tsx";
import { Likely } from "./Likely.tsx";
import { JustMerged, Merges } from "./Merges.tsx";
import { Numbers } from "./Numbers.tsx";

const SHOWN = new Set(["name", "id", "region", "industry", "account_manager"]);

/** The company above and the companies below. */
export default function Companies() {
  const { t } = useT();
  const id = useParam("member");
  const [{ after }] = useAddress();
  const member = useQuery(memberQuery(id));
  const parent = member.data?.value.parent;
  const above = useQuery({ ...memberQuery(parent ?? ""), enabled: Boolean(parent) });
  const below = $api.useQuery("get", "/v1/members", { params: { query: { parent: id, limit: 50, after } } });
  const may = useMay();
  const twins = $api.useQuery(
    "get",
    "/v1/members/{member}/duplicates",
    { params: { path: { member: id } } },
    { enabled: may("list_duplicates", member.data?.value) },
  );
  return (
    <div className="stack wide">
      <JustMerged member={id} />
      {may("list_registrations", member.data?.value) && <Numbers member={id} />}
      {may("list_duplicates", member.data?.value) && (
        <Card title={t("duplicates.title")}>
          <Loaded query={twins} lines={2}>
            {({ items }) =>
              items.length ? (
                <Likely items={items} title="duplicates.title" into={may("merge_members", member.data?.value) ? id : undefined} />
              ) : (
                <p className="dim">{t("duplicates.none")}</p>
              )
            }
          </Loaded>
        </Card>
      )}
      {may("list_merges", member.data?.value) && <Merges member={id} />}
      <Card title={t("members.parent")}>
        {parent ? (
          <Link to={"/members/$member" as never} params={{ member: parent } as never}>
            <Name>{above.data?.value.name ?? parent}</Name>
          </Link>
        ) : (
          <p className="dim">{t("members.noParent")}</p>
        )}
      </Card>
      <Card title={t("members.subsidiaries")}>
        <Loaded query={below} lines={3}>
          {({ items, next }) =>
            items.length ? (
              <>
                <DataTable
                  label={t("members.subsidiaries")}
                  columns={COLUMNS.filter((column) => SHOWN.has(column.id))}
                  rows={items}
                  id={(row) => row.id}
                />
                <Pager next={next} />
              </>
            ) : (
              <p className="dim">{t("members.noSubsidiaries")}</p>
            )
          }
        </Loaded>
      </Card>
      <Outlet />
    </div>
  );
}
