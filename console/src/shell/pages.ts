import {
  IconBook2,
  IconChecks,
  IconClockPlay,
  IconFileImport,
  IconFileText,
  IconGift,
  IconKey,
  IconMail,
  IconReportMoney,
  IconSettings,
  IconShieldCheck,
  IconShieldLock,
  IconTable,
  IconTags,
  IconTruckDelivery,
  IconUser,
  IconUsers,
  IconWebhook,
} from "@tabler/icons-react";
import type { Operation } from "~/api/roles.gen.ts";
import type { Key } from "~/i18n/index.ts";

/** The screens of the console; each is shown to those whose role may read what it shows. `keys` is pressed after `g`. */
export const PAGES: { to: string; key: Key; icon: typeof IconUsers; needs: Operation; hot: string; section?: Key }[] = [
  { to: "/members", key: "members.title", icon: IconUsers, needs: "list_members", hot: "m" },
  { to: "/program", key: "program.title", icon: IconBook2, needs: "read_program", hot: "p" },
  { to: "/approvals", key: "approvals.title", icon: IconChecks, needs: "list_approvals", hot: "q" },
  { to: "/verification", key: "verification.queue", icon: IconShieldCheck, needs: "list_verification_queue", hot: "v" },
  { to: "/redemptions", key: "rewards.orders", icon: IconTruckDelivery, needs: "list_redemption_queue", hot: "o" },
  { to: "/rewards", key: "rewards.title", icon: IconGift, needs: "list_rewards", hot: "e" },
  { to: "/reports/liability", key: "reports.title", icon: IconReportMoney, needs: "report_liability", hot: "l" },
  { to: "/imports", key: "imports.title", icon: IconFileImport, needs: "list_imports", hot: "f" },
  {
    to: "/staff",
    key: "staff.title",
    icon: IconShieldLock,
    needs: "list_staff",
    hot: "s",
    section: "shell.administration",
  },
  { to: "/custom-fields", key: "custom.fields", icon: IconTags, needs: "create_custom_field", hot: "d" },
  { to: "/keys", key: "keys.title", icon: IconKey, needs: "list_keys", hot: "k" },
  { to: "/webhooks", key: "webhooks.title", icon: IconWebhook, needs: "list_webhooks", hot: "w" },
  { to: "/mail", key: "mail.title", icon: IconMail, needs: "list_mail", hot: "t" },
  { to: "/jobs", key: "jobs.title", icon: IconClockPlay, needs: "list_jobs", hot: "j" },
  { to: "/roles", key: "roles.title", icon: IconTable, needs: "list_staff", hot: "r" },
  { to: "/audit", key: "audit.title", icon: IconFileText, needs: "list_audit", hot: "a" },
  { to: "/settings", key: "settings.title", icon: IconSettings, needs: "read_settings", hot: "c" },
  { to: "/account", key: "account.title", icon: IconUser, needs: "read_session", hot: "i", section: "shell.own" },
];

/** What can be begun from anywhere. */
export const ACTIONS: { to: string; key: Key; needs: Operation }[] = [
  { to: "/members/new", key: "members.create", needs: "create_member" },
  { to: "/duplicates", key: "duplicates.check", needs: "check_duplicates" },
  { to: "/merge", key: "merges.title", needs: "merge_members" },
  { to: "/program/edit", key: "program.edit", needs: "check_program" },
  { to: "/program/simulate", key: "program.simulate", needs: "simulate_program" },
  { to: "/rewards/new", key: "rewards.create", needs: "create_reward" },
  { to: "/imports/new", key: "imports.new", needs: "run_import" },
  { to: "/custom-fields/new", key: "custom.create", needs: "create_custom_field" },
  { to: "/webhooks/new", key: "webhooks.create", needs: "create_webhook" },
  { to: "/staff/invite", key: "staff.invite", needs: "invite_staff" },
  { to: "/keys/new", key: "keys.create", needs: "create_key" },
];
