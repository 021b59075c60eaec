import ui from "./ui.json";
import form from "./form.json";
import errors from "./errors.json";
import roles from "./roles.json";
import chain from "./chain.json";
import channels from "./channels.json";
import personStates from "./personStates.json";
import profileFields from "./profileFields.json";
import ways from "./ways.json";
import signIn from "./signIn.json";
import account from "./account.json";
import people from "./people.json";
import staff from "./staff.json";
import members from "./members.json";
import standing from "./standing.json";
import points from "./points.json";
import benefits from "./benefits.json";
import missions from "./missions.json";
import contacts from "./contacts.json";
import facts from "./facts.json";
import kinds from "./kinds.json";
import receipts from "./receipts.json";
import program from "./program.json";
import keys from "./keys.json";
import audit from "./audit.json";
import actions from "./actions.json";
import shell from "./shell.json";
import jobs from "./jobs.json";
import simulate from "./simulate.json";
import imports from "./imports.json";
import verification from "./verification.json";
import reports from "./reports.json";
import webhooks from "./webhooks.json";
import duplicates from "./duplicates.json";
import privacy from "./privacy.json";
import rewards from "./rewards.json";
import orders from "./orders.json";
import timeline from "./timeline.json";
import mail from "./mail.json";
import settings from "./settings.json";
import bulk from "./bulk.json";
import custom from "./custom.json";
import approvals from "./approvals.json";
import merges from "./merges.json";

export default {
  ...ui,
  ...form,
  ...errors,
  ...roles,
  ...chain,
  ...channels,
  ...personStates,
  ...profileFields,
  ...ways,
  ...signIn,
  ...account,
  ...people,
  ...staff,
  ...members,
  ...standing,
  ...points,
  ...benefits,
  ...missions,
  ...contacts,
  ...facts,
  ...kinds,
  ...receipts,
  ...program,
  ...keys,
  ...audit,
  ...actions,
  ...shell,
  ...jobs,
  ...simulate,
  ...imports,
  ...verification,
  ...reports,
  ...webhooks,
  ...duplicates,
  ...privacy,
  ...rewards,
  ...orders,
  ...timeline,
  ...mail,
  ...settings,
  ...bulk,
  ...custom,
  ...approvals,
  ...merges,
};
