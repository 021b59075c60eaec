import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { DataTable } from "~/ui/DataTable.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useOrderColumns } from "./orders.tsx";

/** What one member ordered for its units, the latest first. */
export default function MemberRedemptions() {
  const { t } = useT();
  const may = useMay();
  const member = useParam("member");
  const about = useQuery(memberQuery(member)).data?.value;
  const [{ after }] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/members/{member}/redemption-orders",
    { params: { path: { member }, query: { after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  const columns = useOrderColumns().filter(({ id }) => id !== "member");
  return (
    <div className="stack wide">
      {may("place_redemption", about) && (
        <div className="row noprint">
          <ButtonLink to={`/members/${encodeURIComponent(member)}/rewards/order`}>{t("rewards.place")}</ButtonLink>
        </div>
      )}
      <Loaded query={query} lines={4}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title="rewards.noOrders" />
          ) : (
            <>
              <DataTable label={t("rewards.orders")} columns={columns} rows={items} id={(one) => one.id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
      <Outlet />
    </div>
  );
}
