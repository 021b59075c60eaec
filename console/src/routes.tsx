import { createRootRoute, createRoute, createRouter, redirect, type AnyRoute } from "@tanstack/react-router";
import type { Operation } from "~/api/roles.gen.ts";
import { session } from "~/api/session.ts";
import { queries } from "~/app.tsx";
import Members from "~/features/members/Members.tsx";
import { readFilter } from "~/features/members/filter.ts";
import { part, type Load } from "~/part.ts";
import { allowed } from "~/shell/allowed.tsx";
import { Broken, Missing } from "~/shell/Broken.tsx";
import { Shell } from "~/shell/Shell.tsx";
import { text } from "./search.ts";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: Missing,
  errorComponent: Broken,
  beforeLoad: async () => {
    const me = await queries.ensureQueryData(session).catch(() => undefined);
    if (me?.person.member) throw redirect({ href: "/portal", reloadDocument: true });
  },
});

const under = (parent: AnyRoute, path: string, load: Load, ...children: ((parent: AnyRoute) => AnyRoute)[]): AnyRoute => {
  const route: AnyRoute = createRoute({ getParentRoute: () => parent, path, component: part(load) });
  return children.length ? route.addChildren(children.map((child) => child(route))) : route;
};
const at =
  (path: string, load: Load, ...children: ((parent: AnyRoute) => AnyRoute)[]) =>
  (parent: AnyRoute) =>
    under(parent, path, load, ...children);

/** What is done at a place, by those whose role may. */
const act = (path: string, needs: Operation, load: Load) => at(path, allowed(needs, load));

const members: AnyRoute = createRoute({
  getParentRoute: () => root,
  path: "/members",
  validateSearch: readFilter,
  component: Members,
});
const member: AnyRoute = createRoute({
  getParentRoute: () => root,
  path: "/members/$member",
  validateSearch: ({ as_of, kind, unit, from, to, after, receipt, subject, actor, action, file, only, about, corrects, merged }) => ({
    as_of: text(as_of),
    kind: text(kind),
    unit: text(unit),
    from: text(from),
    to: text(to),
    after: text(after),
    receipt: text(receipt),
    subject: text(subject),
    actor: text(actor),
    action: text(action),
    file: text(file),
    only: text(only),
    about: text(about),
    corrects: text(corrects),
    merged: text(merged),
  }),
  component: part(() => import("~/features/members/Member.tsx")),
});

const notes = () => import("~/features/custom/ChangeNotes.tsx");
const change = () => import("~/features/members/ChangeMember.tsx");
const overview: AnyRoute = createRoute({
  getParentRoute: () => member,
  id: "overview",
  component: part(() => import("~/features/standing/Standing.tsx")),
});
member.addChildren([
  overview.addChildren([
    createRoute({ getParentRoute: () => overview, path: "/" }),
    act("edit", "change_member", change)(overview),
    act("notes", "change_custom", notes)(overview),
  ]),
  under(
    member,
    "points",
    () => import("~/features/points/Points.tsx"),
    act("spend", "spend_points", () => import("~/features/points/Spend.tsx")),
    act("adjust", "adjust_points", () => import("~/features/points/Adjust.tsx")),
    act("reserve", "reserve_points", () => import("~/features/points/Reserve.tsx")),
    act("settle", "commit_reservation", () => import("~/features/points/Settle.tsx")),
    act("restore", "restore_redemption", () => import("~/features/points/Restore.tsx")),
  ),
  under(
    member,
    "benefits",
    () => import("~/features/benefits/Benefits.tsx"),
    act("grant", "grant_benefit", () => import("~/features/benefits/Grant.tsx")),
    act("$benefit/use", "use_benefit", () => import("~/features/benefits/UseBenefit.tsx")),
    act("$benefit/revoke", "revoke_benefit", () => import("~/features/benefits/Revoke.tsx")),
  ),
  under(
    member,
    "rewards",
    () => import("~/features/rewards/MemberRedemptions.tsx"),
    act("order", "place_redemption", () => import("~/features/rewards/PlaceRedemption.tsx")),
  ),
  under(member, "missions", () => import("~/features/missions/Missions.tsx")),
  under(
    member,
    "contacts",
    () => import("~/features/contacts/Contacts.tsx"),
    act("new", "create_contact", () => import("~/features/contacts/NewContact.tsx")),
    act("$contact", "change_contact", () => import("~/features/contacts/ChangeContact.tsx")),
    at("$contact/privacy", () => import("~/features/privacy/ContactPrivacy.tsx")),
    act("$contact/erase", "erase_contact_data", () => import("~/features/privacy/EraseContact.tsx")),
    act("$contact/interaction", "log_interaction", () => import("~/features/contacts/LogInteraction.tsx")),
  ),
  under(
    member,
    "people",
    () => import("~/features/people/MemberPeople.tsx"),
    act("invite", "invite_person", () => import("~/features/people/InvitePerson.tsx")),
    act("$person", "change_person", () => import("~/features/people/ChangePerson.tsx")),
    act("$person/erase", "erase_person_data", () => import("~/features/privacy/ErasePerson.tsx")),
  ),
  under(
    member,
    "facts",
    () => import("~/features/facts/Facts.tsx"),
    act("new", "record_facts", () => import("~/features/facts/NewFact.tsx")),
    at("$fact", () => import("~/features/facts/Fact.tsx")),
  ),
  under(
    member,
    "orders",
    () => import("~/features/facts/Orders.tsx"),
    at("$fact", () => import("~/features/facts/Fact.tsx")),
  ),
  under(
    member,
    "timeline",
    () => import("~/features/standing/Timeline.tsx"),
    at("$fact", () => import("~/features/facts/Fact.tsx")),
  ),
  under(
    member,
    "verification",
    () => import("~/features/verification/MemberVerification.tsx"),
    act("open", "open_verification", () => import("~/features/verification/OpenCase.tsx")),
    act("$file/remove", "remove_file", () => import("~/features/verification/RemoveFile.tsx")),
  ),
  under(member, "receipts", () => import("~/features/standing/Receipts.tsx")),
  under(
    member,
    "companies",
    () => import("~/features/members/Companies.tsx"),
    act("undo/$merge", "undo_merge", () => import("~/features/members/UndoMerge.tsx")),
  ),
  under(member, "audit", () => import("~/features/audit/MemberAudit.tsx")),
]);

const audit: AnyRoute = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: ({ after, member: about, subject, actor, action }) => ({
    after: text(after),
    member: text(about),
    subject: text(subject),
    actor: text(actor),
    action: text(action),
  }),
  component: part(() => import("~/features/audit/Audit.tsx")),
});

const tree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/members" as never });
    },
  }),
  members.addChildren([
    act("new", "create_member", () => import("~/features/members/NewMember.tsx"))(members),
    act("tags", "change_custom_of_many", () => import("~/features/members/TagChosen.tsx"))(members),
    act("values", "change_custom_of_many", () => import("~/features/members/ValueChosen.tsx"))(members),
    act("bulk", "change_member", () => import("~/features/members/Bulk.tsx"))(members),
  ]),
  member,
  act("/duplicates", "check_duplicates", () => import("~/features/members/CheckDuplicates.tsx"))(root),
  act("/merge", "merge_members", () => import("~/features/merges/Merge.tsx"))(root),
  under(root, "/program", () => import("~/features/program/Program.tsx")),
  act("/program/edit", "check_program", () => import("~/features/program/Edit.tsx"))(root),
  act("/program/simulate", "simulate_program", () => import("~/features/program/Simulate.tsx"))(root),
  under(root, "/program/simulations/$job", () => import("~/features/program/Simulated.tsx")),
  under(root, "/program/versions", () => import("~/features/program/Versions.tsx")),
  under(
    root,
    "/program/versions/$number",
    () => import("~/features/program/Version.tsx"),
    act("rollback", "rollback_program", () => import("~/features/program/Rollback.tsx")),
  ),
  under(
    root,
    "/reports",
    () => import("~/features/reports/Reports.tsx"),
    at("ledger", () => import("~/features/reports/Ledger.tsx")),
    at("liability", () => import("~/features/reports/Liability.tsx")),
    at("tiers", () => import("~/features/reports/Tiers.tsx")),
    at("movers", () => import("~/features/reports/Movers.tsx")),
    at("journal", () => import("~/features/reports/Journal.tsx")),
    at("books", () => import("~/features/reports/Books.tsx")),
  ),
  under(root, "/approvals", () => import("~/features/approvals/Approvals.tsx")),
  under(
    root,
    "/approvals/$approval",
    () => import("~/features/approvals/ApprovalPage.tsx"),
    act("approve", "approve", () => import("~/features/approvals/Approve.tsx")),
    act("refuse", "refuse_approval", () => import("~/features/approvals/Refuse.tsx")),
    act("withdraw", "withdraw_approval", () => import("~/features/approvals/WithdrawApproval.tsx")),
  ),
  under(root, "/verification", () => import("~/features/verification/Queue.tsx")),
  under(
    root,
    "/verification/$member/$case",
    () => import("~/features/verification/Case.tsx"),
    act("evidence", "add_evidence", () => import("~/features/verification/AddEvidence.tsx")),
    act("look-up", "look_up_company", () => import("~/features/verification/LookUp.tsx")),
    act("four-elements", "check_four_elements", () => import("~/features/verification/FourElements.tsx")),
    act("ask", "ask_company", () => import("~/features/verification/Ask.tsx")),
    act("answer", "answer_verification", () => import("~/features/verification/Answer.tsx")),
    act("appeal", "appeal_verification", () => import("~/features/verification/Appeal.tsx")),
    act("withdraw", "withdraw_verification", () => import("~/features/verification/Withdraw.tsx")),
  ),
  under(
    root,
    "/rewards",
    () => import("~/features/rewards/Rewards.tsx"),
    act("new", "create_reward", () => import("~/features/rewards/NewReward.tsx")),
    act("$reward", "change_reward", () => import("~/features/rewards/ChangeReward.tsx")),
  ),
  under(root, "/redemptions", () => import("~/features/rewards/Redemptions.tsx")),
  under(
    root,
    "/redemptions/$member/$order",
    () => import("~/features/rewards/Redemption.tsx"),
    act("cancel", "cancel_redemption", () => import("~/features/rewards/CancelRedemption.tsx")),
  ),
  under(root, "/imports", () => import("~/features/imports/Imports.tsx")),
  act("/imports/new", "run_import", () => import("~/features/imports/NewImport.tsx"))(root),
  under(root, "/imports/files/$upload", () => import("~/features/imports/Prepare.tsx")),
  under(root, "/imports/runs/$job", () => import("~/features/imports/Run.tsx")),
  under(root, "/imports/runs/$job/repair", () => import("~/features/imports/Repair.tsx")),
  under(
    root,
    "/imports/$import",
    () => import("~/features/imports/ImportPage.tsx"),
    act("undo", "undo_import", () => import("~/features/imports/Undo.tsx")),
  ),
  under(
    root,
    "/staff",
    () => import("~/features/people/Staff.tsx"),
    act("invite", "invite_staff", () => import("~/features/people/InviteStaff.tsx")),
    act("$person", "change_staff", () => import("~/features/people/ChangeStaff.tsx")),
    act("$person/erase", "erase_staff_data", () => import("~/features/privacy/EraseStaff.tsx")),
  ),
  under(
    root,
    "/keys",
    () => import("~/features/access/Keys.tsx"),
    act("new", "create_key", () => import("~/features/access/NewKey.tsx")),
    act("$key/rotate", "rotate_key", () => import("~/features/access/RotateKey.tsx")),
    act("$key/revoke", "revoke_key", () => import("~/features/access/RevokeKey.tsx")),
  ),
  under(root, "/jobs", () => import("~/features/jobs/Jobs.tsx")),
  under(root, "/jobs/$job", () => import("~/features/jobs/JobPage.tsx")),
  under(
    root,
    "/webhooks",
    () => import("~/features/webhooks/Webhooks.tsx"),
    act("new", "create_webhook", () => import("~/features/webhooks/NewWebhook.tsx")),
  ),
  under(
    root,
    "/webhooks/$webhook",
    () => import("~/features/webhooks/WebhookPage.tsx"),
    act("change", "change_webhook", () => import("~/features/webhooks/ChangeWebhook.tsx")),
    act("replay", "replay_deliveries", () => import("~/features/webhooks/Replay.tsx")),
    act("rotate", "rotate_webhook_secret", () => import("~/features/webhooks/Rotate.tsx")),
    act("remove", "remove_webhook", () => import("~/features/webhooks/Remove.tsx")),
  ),
  under(
    root,
    "/mail",
    () => import("~/features/mail/Mail.tsx"),
    act("$letter", "read_letter", () => import("~/features/mail/Letter.tsx")),
  ),
  under(
    root,
    "/custom-fields",
    () => import("~/features/custom/Fields.tsx"),
    act("new", "create_custom_field", () => import("~/features/custom/NewField.tsx")),
    act("$field", "change_custom_field", () => import("~/features/custom/ChangeField.tsx")),
    act("$field/remove", "remove_custom_field", () => import("~/features/custom/RemoveField.tsx")),
  ),
  under(root, "/settings", () => import("~/features/settings/Settings.tsx")),
  under(root, "/roles", () => import("~/features/access/Roles.tsx")),
  audit,
  under(
    root,
    "/account",
    () => import("~/account/Account.tsx"),
    at("identities/new/$provider", () => import("~/account/Link.tsx")),
    at("identities/$identity", () => import("~/account/Unlink.tsx")),
    at("sessions/others", () => import("~/account/EndSession.tsx")),
    at("sessions/$session", () => import("~/account/EndSession.tsx")),
    at("passkeys/new", () => import("~/account/NewPasskey.tsx")),
    at("passkeys/$passkey", () => import("~/account/Passkey.tsx")),
    at("passkeys/$passkey/remove", () => import("~/account/RemovePasskey.tsx")),
  ),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});
