import { expect, test } from "vitest";
import { approvalsOf, filledApprovals, filledRetention, isDays, platformOf, retentionOf } from "./settings.ts";

const UNITS = [
  { id: "points", name: "Points", scale: 0 },
  { id: "hours", name: "Hours", scale: 1 },
];

test("limits are typed in whole units and sent in smallest steps; no limit is none, and 0 is one", () => {
  const approvals = { program: true, adjustments_above: { hours: 25, gone: 5 } };
  const filled = filledApprovals(approvals, UNITS);
  expect(filled).toEqual({ program: "true", "above.points": "", "above.hours": "2.5" });
  expect(approvalsOf({ ...filled, "above.points": "0" }, UNITS)).toEqual({ program: true, adjustments_above: { points: 0, hours: 25 } });
  expect(approvalsOf(filledApprovals({}, UNITS), UNITS)).toEqual({ program: false, adjustments_above: {} });
});

test("what is left empty is taken away, which is not the same as left alone", () => {
  expect(platformOf({ name: " 华东工业品 ", color: "#0B5CAD", contact: "" })).toEqual({
    name: "华东工业品",
    color: "#0b5cad",
    contact: null,
  });
  expect(retentionOf({ ...filledRetention({ contacts_days: 365 }), contacts_days: " " })).toEqual({
    contacts_days: null,
    people_days: null,
    documents_days: null,
  });
});

test("a rule is of 30 to 36 500 days", () => {
  expect(["29", "30", "36500", "36501", "30.5", "abc"].map(isDays)).toEqual([false, true, true, false, false, false]);
});
