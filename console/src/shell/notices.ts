import { isOwn } from "~/api/approval.ts";
import { $api } from "~/api/client.ts";
import type { Approval, Import, Job, RedemptionOrder, Webhook } from "~/api/schema.gen.ts";
import { useMay, useMe } from "~/api/session.ts";

/** What awaits somebody: a state of affairs until it is dealt with, or something that ended at a time and is news until it was seen. */
export type Notice =
  | { kind: "overdue" | "assigned"; to: string; count: number }
  | { kind: "orders" | "approvals"; to: string; count: number; more: boolean }
  | { kind: "webhook"; to: string; name: string }
  | { kind: "job"; to: string; name: string; at: string }
  | { kind: "import"; to: string; name: string; at: string; rejected: number };

const LOOK_MS = 120_000;
/** How long something that ended is told. */
const NEWS_MS = 7 * 24 * 3_600_000;
const QUEUE = 50;

type Found = {
  me?: string;
  approvals?: { items: Pick<Approval, "id" | "asked_by">[]; next?: string | null };
  overdue?: number;
  assigned?: number;
  orders?: { items: Pick<RedemptionOrder, "id">[]; next?: string | null };
  webhooks?: Pick<Webhook, "id" | "name" | "state" | "disabled_why">[];
  jobs?: Pick<Job, "id" | "kind" | "state" | "finished_at">[];
  imports?: Pick<Import, "id" | "files" | "state" | "ended_at" | "rejected">[];
};

/** Of what the server tells, that which asks for somebody, the states of affairs first and then the news, the latest first. */
export function noticesOf(
  { me, approvals, overdue = 0, assigned = 0, orders, webhooks = [], jobs = [], imports = [] }: Found,
  now: number,
): Notice[] {
  const fresh = (at: string | null | undefined): at is string => Boolean(at) && now - Date.parse(at!) < NEWS_MS;
  const news = [
    ...jobs.flatMap(({ id, kind, state, finished_at }): (Notice & { at: string })[] =>
      state === "failed" && fresh(finished_at)
        ? [{ kind: "job", to: kind === "simulate" ? `/program/simulations/${id}` : `/jobs/${id}`, name: kind, at: finished_at }]
        : [],
    ),
    ...imports.flatMap(({ id, files, state, ended_at, rejected }): (Notice & { at: string })[] =>
      state === "done" && fresh(ended_at) ? [{ kind: "import", to: `/imports/${id}`, name: files.join(", "), at: ended_at, rejected }] : [],
    ),
  ];
  const others = (approvals?.items ?? []).filter((one) => !me || !isOwn(one, { id: me }));
  return [
    ...(others.length > 0 ? [{ kind: "approvals" as const, to: "/approvals", count: others.length, more: Boolean(approvals?.next) }] : []),
    ...(overdue > 0 ? [{ kind: "overdue" as const, to: "/verification?overdue=true", count: overdue }] : []),
    ...(assigned > 0 ? [{ kind: "assigned" as const, to: "/verification?reviewer=me", count: assigned }] : []),
    ...(orders && orders.items.length > 0
      ? [{ kind: "orders" as const, to: "/redemptions", count: orders.items.length, more: Boolean(orders.next) }]
      : []),
    ...webhooks
      .filter(({ state, disabled_why }) => state === "disabled" && disabled_why)
      .map(({ id, name }) => ({ kind: "webhook" as const, to: `/webhooks/${id}`, name })),
    ...news.toSorted((a, b) => b.at.localeCompare(a.at)),
  ];
}

/** Asked every two minutes while the page is looked at, of what the role may see; only what is told, so that no screen takes it for its own. */
export function useNotices(enabled: boolean): Notice[] {
  const may = useMay();
  const me = useMe()?.person.id;
  const often = (allowed: boolean) => ({ enabled: enabled && allowed, refetchInterval: LOOK_MS, staleTime: LOOK_MS });
  const cases = often(may("list_verification_queue") && me !== undefined);
  const overdue = $api.useQuery("get", "/v1/verifications", { params: { query: { overdue: true, limit: 1, total: true } } }, cases);
  const assigned = $api.useQuery("get", "/v1/verifications", { params: { query: { reviewer: me, limit: 1, total: true } } }, cases);
  const orders = $api.useQuery(
    "get",
    "/v1/redemption-orders",
    { params: { query: { limit: QUEUE, fields: ["id"] } } },
    often(may("list_redemption_queue")),
  );
  // Who may only look on is asked for nothing.
  const approvals = $api.useQuery(
    "get",
    "/v1/approvals",
    { params: { query: { state: "open", limit: QUEUE, fields: ["id", "asked_by"] } } },
    often(may("list_approvals") && may("approve")),
  );
  const webhooks = $api.useQuery(
    "get",
    "/v1/webhooks",
    { params: { query: { fields: ["id", "name", "state", "disabled_why"] } } },
    often(may("list_webhooks")),
  );
  const jobs = $api.useQuery(
    "get",
    "/v1/jobs",
    { params: { query: { limit: 50, fields: ["id", "kind", "state", "finished_at"] } } },
    often(may("list_jobs")),
  );
  const imports = $api.useQuery(
    "get",
    "/v1/imports",
    { params: { query: { fields: ["id", "files", "state", "ended_at", "rejected"] } } },
    often(may("list_imports")),
  );
  return noticesOf(
    {
      me,
      approvals: approvals.data,
      overdue: overdue.data?.total ?? undefined,
      assigned: assigned.data?.total ?? undefined,
      orders: orders.data,
      webhooks: webhooks.data?.items,
      jobs: jobs.data?.items,
      imports: imports.data?.items,
    },
    Math.max(jobs.dataUpdatedAt, imports.dataUpdatedAt),
  );
}

const AT = "hansa.noticed";
/** Up to when the news was seen in this browser. */
export const seenUntil = (): string => localStorage.getItem(AT) ?? "";
export const see = (until: string) => localStorage.setItem(AT, until);
/** What is still to be noticed: all states of affairs, and the news since. */
export const unseen = (notices: Notice[], until: string) => notices.filter((notice) => !("at" in notice) || notice.at > until);
