import { expect, test } from "vitest";
import { noticesOf, unseen } from "./notices.ts";

const NOW = Date.parse("2026-11-28T06:00:00Z");
const job = (id: string, kind: string, state: string, finished_at: string | null) => ({ id, kind, state, finished_at });

test("only what asks for somebody is told, what is to be done before what has ended", () => {
  const notices = noticesOf(
    {
      overdue: 2,
      assigned: 0,
      orders: { items: [{ id: "rdo_1" }], next: "more" },
      webhooks: [
        { id: "whk_1", name: "ERP", state: "disabled", disabled_why: "410 Gone" },
        { id: "whk_2", name: "by hand", state: "disabled", disabled_why: null },
        { id: "whk_3", name: "well", state: "active", disabled_why: null },
      ],
      jobs: [
        job("job_1", "simulate", "failed", "2026-11-27T06:00:00Z"),
        job("job_2", "import", "done", "2026-11-28T05:00:00Z"),
        job("tidy", "tidy", "failed", "2026-11-20T06:00:00Z"),
        job("job_3", "evaluate", "running", null),
      ],
      imports: [
        { id: "imp_1", files: ["orders.csv"], state: "done", ended_at: "2026-11-28T05:00:00Z", rejected: 3 },
        { id: "imp_2", files: ["old.csv"], state: "undone", ended_at: "2026-11-28T05:30:00Z", rejected: 0 },
      ],
    },
    NOW,
  );
  expect(notices).toEqual([
    { kind: "overdue", to: "/verification?overdue=true", count: 2 },
    { kind: "orders", to: "/redemptions", count: 1, more: true },
    { kind: "webhook", to: "/webhooks/whk_1", name: "ERP" },
    { kind: "import", to: "/imports/imp_1", name: "orders.csv", at: "2026-11-28T05:00:00Z", rejected: 3 },
    { kind: "job", to: "/program/simulations/job_1", name: "simulate", at: "2026-11-27T06:00:00Z" },
  ]);
});

test("what others asked for waits for a second person, what one asked for oneself does not", () => {
  const approvals = { items: ["staff:li", "staff:chen", "key:erp"].map((asked_by, n) => ({ id: `apv_${n}`, asked_by })), next: null };
  expect(noticesOf({ me: "li", approvals }, NOW)).toEqual([{ kind: "approvals", to: "/approvals", count: 2, more: false }]);
  expect(noticesOf({ me: "li", approvals: { items: approvals.items.slice(0, 1) } }, NOW)).toEqual([]);
});

test("news that was seen is not counted again; what is still to be done is", () => {
  const notices = noticesOf({ overdue: 1, jobs: [job("job_1", "undo", "failed", "2026-11-28T05:00:00Z")] }, NOW);
  expect(unseen(notices, "2026-11-28T04:00:00Z").map(({ kind }) => kind)).toEqual(["overdue", "job"]);
  expect(unseen(notices, "2026-11-28T05:00:00Z").map(({ kind }) => kind)).toEqual(["overdue"]);
});
