import type ui from "./en/ui.json";
import type form from "./en/form.json";
import type errors from "./en/errors.json";
import type roles from "./en/roles.json";
import type chain from "./en/chain.json";
import type channels from "./en/channels.json";
import type personStates from "./en/personStates.json";
import type profileFields from "./en/profileFields.json";
import type ways from "./en/ways.json";
import type signIn from "./en/signIn.json";
import type account from "./en/account.json";
import type people from "./en/people.json";
import type staff from "./en/staff.json";
import type portal from "./en/portal.json";
import type members from "./en/members.json";
import type standing from "./en/standing.json";
import type points from "./en/points.json";
import type benefits from "./en/benefits.json";
import type missions from "./en/missions.json";
import type contacts from "./en/contacts.json";
import type facts from "./en/facts.json";
import type kinds from "./en/kinds.json";
import type receipts from "./en/receipts.json";
import type program from "./en/program.json";
import type keys from "./en/keys.json";
import type audit from "./en/audit.json";
import type actions from "./en/actions.json";
import type shell from "./en/shell.json";
import type jobs from "./en/jobs.json";
import type simulate from "./en/simulate.json";
import type imports from "./en/imports.json";
import type verification from "./en/verification.json";
import type reports from "./en/reports.json";
import type webhooks from "./en/webhooks.json";
import type duplicates from "./en/duplicates.json";
import type privacy from "./en/privacy.json";
import type rewards from "./en/rewards.json";
import type orders from "./en/orders.json";
import type timeline from "./en/timeline.json";
import type mail from "./en/mail.json";
import type settings from "./en/settings.json";
import type bulk from "./en/bulk.json";
import type custom from "./en/custom.json";
import type approvals from "./en/approvals.json";
import type merges from "./en/merges.json";

type Texts =
  | keyof typeof ui
  | keyof typeof form
  | keyof typeof errors
  | keyof typeof roles
  | keyof typeof chain
  | keyof typeof channels
  | keyof typeof personStates
  | keyof typeof profileFields
  | keyof typeof ways
  | keyof typeof signIn
  | keyof typeof account
  | keyof typeof people
  | keyof typeof staff
  | keyof typeof portal
  | keyof typeof members
  | keyof typeof standing
  | keyof typeof points
  | keyof typeof benefits
  | keyof typeof missions
  | keyof typeof contacts
  | keyof typeof facts
  | keyof typeof kinds
  | keyof typeof receipts
  | keyof typeof program
  | keyof typeof keys
  | keyof typeof audit
  | keyof typeof actions
  | keyof typeof shell
  | keyof typeof jobs
  | keyof typeof simulate
  | keyof typeof imports
  | keyof typeof verification
  | keyof typeof reports
  | keyof typeof webhooks
  | keyof typeof duplicates
  | keyof typeof privacy
  | keyof typeof rewards
  | keyof typeof orders
  | keyof typeof timeline
  | keyof typeof mail
  | keyof typeof settings
  | keyof typeof bulk
  | keyof typeof custom
  | keyof typeof approvals
  | keyof typeof merges;
type Base<K> = K extends `${infer B}_other` ? B : K extends `${string}_one` ? never : K;
/** Every text there is, by the keys of the English files; the gate holds the others to them. */
export type Key = Base<Texts>;
