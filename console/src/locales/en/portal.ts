import ui from "./ui.json";
import form from "./form.json";
import errors from "./errors.json";
import roles from "./roles.json";
import chain from "./chain.json";
import personStates from "./personStates.json";
import profileFields from "./profileFields.json";
import ways from "./ways.json";
import signIn from "./signIn.json";
import account from "./account.json";
import people from "./people.json";
import portal from "./portal.json";
import members from "./members.json";
import standing from "./standing.json";
import points from "./points.json";
import benefits from "./benefits.json";
import missions from "./missions.json";
import verification from "./verification.json";
import privacy from "./privacy.json";
import rewards from "./rewards.json";
import orders from "./orders.json";

export default {
  ...ui,
  ...form,
  ...errors,
  ...roles,
  ...chain,
  ...personStates,
  ...profileFields,
  ...ways,
  ...signIn,
  ...account,
  ...people,
  ...portal,
  ...members,
  ...standing,
  ...points,
  ...benefits,
  ...missions,
  ...verification,
  ...privacy,
  ...rewards,
  ...orders,
};
