import { Link } from "@tanstack/react-router";
import type { RedemptionOrder } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import type { Column } from "~/ui/DataTable.tsx";
import { Quantity, Waiting, When } from "~/ui/format.tsx";
import { OrderChip, Units } from "~/views/reward.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";

export const orderPath = (order: Pick<RedemptionOrder, "member" | "id">) =>
  `/redemptions/${encodeURIComponent(order.member)}/${encodeURIComponent(order.id)}`;

/** The columns of a list of orders. */
export function useOrderColumns(): Column<RedemptionOrder>[] {
  const { t } = useT();
  const { unit } = useProgramUnits();
  return [
    {
      id: "reward",
      header: "rewards.reward",
      cell: (one) => (
        <Link to={orderPath(one) as never} search={true as never}>
          <bdi className="clip">{one.reward_name}</bdi>
        </Link>
      ),
    },
    { id: "quantity", header: "rewards.quantity", number: true, cell: (one) => <Quantity value={one.quantity} /> },
    { id: "member", header: "people.member", cell: (one) => <bdi className="any">{one.member}</bdi> },
    { id: "cost", header: "rewards.cost", number: true, cell: (one) => <Units value={one.amount} unit={unit(one.unit)} /> },
    { id: "state", header: "rewards.stateName", cell: (one) => <OrderChip state={one.state} /> },
    {
      id: "placed",
      header: "rewards.placed",
      cell: (one) => (
        <span>
          <When at={one.placed_at} />
          {one.state === "placed" && (
            <span className="dim small">
              {" "}
              · {t("rewards.waits")} <Waiting since={one.placed_at} />
            </span>
          )}
        </span>
      ),
    },
    { id: "deliver", header: "rewards.deliverTo", cell: (one) => one.deliver_to && <bdi className="clip any">{one.deliver_to}</bdi> },
    { id: "note", header: "rewards.note", cell: (one) => one.note && <bdi className="clip any">{one.note}</bdi> },
  ];
}
