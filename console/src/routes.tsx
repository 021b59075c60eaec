import { createRootRoute, createRoute, createRouter, redirect, type AnyRoute } from "@tanstack/react-router";
import { session } from "~/api/session.ts";
import { queries } from "~/app.tsx";
import Members from "~/features/members/Members.tsx";
import { readFilter } from "~/features/members/filter.ts";
import { part, type Load } from "~/part.ts";
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

const members: AnyRoute = createRoute({
  getParentRoute: () => root,
  path: "/members",
  validateSearch: readFilter,
  component: Members,
});
const member: AnyRoute = createRoute({
  getParentRoute: () => root,
  path: "/members/$member",
  validateSearch: ({ as_of, kind, unit, from, to, after, receipt, subject, actor, action, file, only, about, corrects }) => ({
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
    under(overview, "edit", change),
    under(overview, "notes", notes),
  ]),
  under(
    member,
    "points",
    () => import("~/features/points/Points.tsx"),
    at("spend", () => import("~/features/points/Spend.tsx")),
    at("adjust", () => import("~/features/points/Adjust.tsx")),
    at("reserve", () => import("~/features/points/Reserve.tsx")),
    at("settle", () => import("~/features/points/Settle.tsx")),
    at("restore", () => import("~/features/points/Restore.tsx")),
  ),
  under(
    member,
    "benefits",
    () => import("~/features/benefits/Benefits.tsx"),
    at("grant", () => import("~/features/benefits/Grant.tsx")),
    at("$benefit/use", () => import("~/features/benefits/UseBenefit.tsx")),
    at("$benefit/revoke", () => import("~/features/benefits/Revoke.tsx")),
  ),
  under(
    member,
    "rewards",
    () => import("~/features/rewards/MemberRedemptions.tsx"),
    at("order", () => import("~/features/rewards/PlaceRedemption.tsx")),
  ),
  under(member, "missions", () => import("~/features/missions/Missions.tsx")),
  under(
    member,
    "contacts",
    () => import("~/features/contacts/Contacts.tsx"),
    at("new", () => import("~/features/contacts/NewContact.tsx")),
    at("$contact", () => import("~/features/contacts/ChangeContact.tsx")),
    at("$contact/privacy", () => import("~/features/privacy/ContactPrivacy.tsx")),
    at("$contact/erase", () => import("~/features/privacy/EraseContact.tsx")),
    at("$contact/interaction", () => import("~/features/contacts/LogInteraction.tsx")),
  ),
  under(
    member,
    "people",
    () => import("~/features/people/MemberPeople.tsx"),
    at("invite", () => import("~/features/people/InvitePerson.tsx")),
    at("$person", () => import("~/features/people/ChangePerson.tsx")),
    at("$person/erase", () => import("~/features/privacy/ErasePerson.tsx")),
  ),
  under(
    member,
    "facts",
    () => import("~/features/facts/Facts.tsx"),
    at("new", () => import("~/features/facts/NewFact.tsx")),
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
    at("open", () => import("~/features/verification/OpenCase.tsx")),
    at("$file/remove", () => import("~/features/verification/RemoveFile.tsx")),
  ),
  under(member, "receipts", () => import("~/features/standing/Receipts.tsx")),
  under(member, "companies", () => import("~/features/members/Companies.tsx")),
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
    under(members, "new", () => import("~/features/members/NewMember.tsx")),
    under(members, "tags", () => import("~/features/members/TagChosen.tsx")),
    under(members, "values", () => import("~/features/members/ValueChosen.tsx")),
    under(members, "bulk", () => import("~/features/members/Bulk.tsx")),
  ]),
  member,
  under(root, "/duplicates", () => import("~/features/members/CheckDuplicates.tsx")),
  under(root, "/program", () => import("~/features/program/Program.tsx")),
  under(root, "/program/edit", () => import("~/features/program/Edit.tsx")),
  under(root, "/program/simulate", () => import("~/features/program/Simulate.tsx")),
  under(root, "/program/simulations/$job", () => import("~/features/program/Simulated.tsx")),
  under(root, "/program/versions", () => import("~/features/program/Versions.tsx")),
  under(
    root,
    "/program/versions/$number",
    () => import("~/features/program/Version.tsx"),
    at("rollback", () => import("~/features/program/Rollback.tsx")),
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
  under(root, "/verification", () => import("~/features/verification/Queue.tsx")),
  under(
    root,
    "/verification/$member/$case",
    () => import("~/features/verification/Case.tsx"),
    at("evidence", () => import("~/features/verification/AddEvidence.tsx")),
    at("look-up", () => import("~/features/verification/LookUp.tsx")),
    at("four-elements", () => import("~/features/verification/FourElements.tsx")),
    at("ask", () => import("~/features/verification/Ask.tsx")),
    at("answer", () => import("~/features/verification/Answer.tsx")),
    at("appeal", () => import("~/features/verification/Appeal.tsx")),
    at("withdraw", () => import("~/features/verification/Withdraw.tsx")),
  ),
  under(
    root,
    "/rewards",
    () => import("~/features/rewards/Rewards.tsx"),
    at("new", () => import("~/features/rewards/NewReward.tsx")),
    at("$reward", () => import("~/features/rewards/ChangeReward.tsx")),
  ),
  under(root, "/redemptions", () => import("~/features/rewards/Redemptions.tsx")),
  under(
    root,
    "/redemptions/$member/$order",
    () => import("~/features/rewards/Redemption.tsx"),
    at("cancel", () => import("~/features/rewards/CancelRedemption.tsx")),
  ),
  under(root, "/imports", () => import("~/features/imports/Imports.tsx")),
  under(root, "/imports/new", () => import("~/features/imports/NewImport.tsx")),
  under(root, "/imports/files/$upload", () => import("~/features/imports/Prepare.tsx")),
  under(root, "/imports/runs/$job", () => import("~/features/imports/Run.tsx")),
  under(root, "/imports/runs/$job/repair", () => import("~/features/imports/Repair.tsx")),
  under(
    root,
    "/imports/$import",
    () => import("~/features/imports/ImportPage.tsx"),
    at("undo", () => import("~/features/imports/Undo.tsx")),
  ),
  under(
    root,
    "/staff",
    () => import("~/features/people/Staff.tsx"),
    at("invite", () => import("~/features/people/InviteStaff.tsx")),
    at("$person", () => import("~/features/people/ChangeStaff.tsx")),
    at("$person/erase", () => import("~/features/privacy/EraseStaff.tsx")),
  ),
  under(
    root,
    "/keys",
    () => import("~/features/access/Keys.tsx"),
    at("new", () => import("~/features/access/NewKey.tsx")),
    at("$key/rotate", () => import("~/features/access/RotateKey.tsx")),
    at("$key/revoke", () => import("~/features/access/RevokeKey.tsx")),
  ),
  under(root, "/jobs", () => import("~/features/jobs/Jobs.tsx")),
  under(root, "/jobs/$job", () => import("~/features/jobs/JobPage.tsx")),
  under(
    root,
    "/webhooks",
    () => import("~/features/webhooks/Webhooks.tsx"),
    at("new", () => import("~/features/webhooks/NewWebhook.tsx")),
  ),
  under(
    root,
    "/webhooks/$webhook",
    () => import("~/features/webhooks/WebhookPage.tsx"),
    at("change", () => import("~/features/webhooks/ChangeWebhook.tsx")),
    at("replay", () => import("~/features/webhooks/Replay.tsx")),
    at("rotate", () => import("~/features/webhooks/Rotate.tsx")),
    at("remove", () => import("~/features/webhooks/Remove.tsx")),
  ),
  under(
    root,
    "/mail",
    () => import("~/features/mail/Mail.tsx"),
    at("$letter", () => import("~/features/mail/Letter.tsx")),
  ),
  under(
    root,
    "/custom-fields",
    () => import("~/features/custom/Fields.tsx"),
    at("new", () => import("~/features/custom/NewField.tsx")),
    at("$field", () => import("~/features/custom/ChangeField.tsx")),
    at("$field/remove", () => import("~/features/custom/RemoveField.tsx")),
  ),
  under(root, "/settings", () => import("~/features/settings/Settings.tsx")),
  under(root, "/roles", () => import("~/features/access/Roles.tsx")),
  audit,
  under(
    root,
    "/account",
    () => import("~/account/Account.tsx"),
    at("identities/$identity", () => import("~/account/Unlink.tsx")),
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
