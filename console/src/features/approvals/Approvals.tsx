import { NativeSelect } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { APPROVAL_STATES, isOwn } from "~/api/approval.ts";
import { $api } from "~/api/client.ts";
import type { Approval } from "~/api/schema.gen.ts";
import { useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Quantity, Waiting, When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { Pager } from "~/ui/Pager.tsx";
import { useAddress } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { ApprovalChip, approvalPath } from "~/views/approval.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";

/** What waits for a second person; what was decided by its state. */
export default function Approvals() {
  const { t } = useT();
  const [{ state = "open", after }, change] = useAddress();
  const query = $api.useQuery(
    "get",
    "/v1/approvals",
    { params: { query: { state, after, limit: 50 } } },
    { placeholderData: keepPreviousData },
  );
  const columns = useColumns(state === "open");
  return (
    <Page title={t("approvals.title")} under={<p className="dim">{t("approvals.hint")}</p>}>
      <search className="row fields">
        <NativeSelect
          label={t("approvals.stateName")}
          value={state}
          onChange={({ currentTarget: { value } }) => change({ state: value === "open" ? undefined : value, after: undefined })}
          data={APPROVAL_STATES.map((value) => ({ value, label: t(`approvals.state.${value}`) }))}
        />
      </search>
      <Loaded query={query}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={state === "open" ? "approvals.none" : "approvals.noneSuch"}>
              {state === "open" && <p className="dim">{t("approvals.noneWhy")}</p>}
            </Empty>
          ) : (
            <>
              <DataTable label={t("approvals.title")} columns={columns} rows={items} id={(one) => one.id} old={query.isPlaceholderData} />
              <Pager next={next} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function useColumns(open: boolean): Column<Approval>[] {
  const { t } = useT();
  const { unit } = useProgramUnits();
  const person = useMe()?.person;
  const decided: Column<Approval>[] = [
    { id: "by", header: "approvals.decidedBy", cell: (one) => one.decided_by && <span className="any">{one.decided_by}</span> },
    { id: "decided", header: "approvals.decidedAt", cell: (one) => one.decided_at && <When at={one.decided_at} /> },
    { id: "reason", header: "approvals.reason", cell: (one) => one.reason && <bdi className="clip any">{one.reason}</bdi> },
  ];
  return [
    {
      id: "what",
      header: "approvals.what",
      cell: (one) => (
        <Link to={approvalPath(one.id) as never} search={true as never}>
          {t(`approvals.action.${one.action as "adjust_points" | "apply_program"}`)}
        </Link>
      ),
    },
    { id: "member", header: "people.member", cell: (one) => one.member && <bdi className="any">{one.member}</bdi> },
    {
      id: "amount",
      header: "points.change",
      number: true,
      cell: ({ adjustment: of }) =>
        of && (
          <span>
            <Quantity value={of.amount} scale={unit(of.unit).scale} signed /> {unit(of.unit).name}
          </span>
        ),
    },
    {
      id: "why",
      header: "approvals.asked",
      cell: ({ adjustment, program }) => <bdi className="clip any">{adjustment?.reason ?? program?.note}</bdi>,
    },
    {
      id: "asked",
      header: "approvals.askedBy",
      cell: (one) => (
        <span className="row">
          <span className="any">{one.asked_by}</span>
          {isOwn(one, person) && <Chip tone="info">{t("approvals.own")}</Chip>}
        </span>
      ),
    },
    {
      id: "at",
      header: "approvals.askedAt",
      cell: (one) => (
        <span>
          <When at={one.asked_at} />
          {open && (
            <span className="dim small">
              {" "}
              · {t("rewards.waits")} <Waiting since={one.asked_at} />
            </span>
          )}
        </span>
      ),
    },
    ...(open ? [] : decided),
    { id: "state", header: "approvals.stateName", cell: (one) => <ApprovalChip state={one.state} /> },
  ];
}
