import form from "./form.json";
import roles from "./roles.json";
import chain from "./chain.json";
import personStates from "./personStates.json";
import signIn from "./signIn.json";
import account from "./account.json";
import people from "./people.json";
import members from "./members.json";
import benefits from "./benefits.json";
import missions from "./missions.json";
import verification from "./verification.json";
import privacy from "./privacy.json";
import rewards from "./rewards.json";
import orders from "./orders.json";

export default {
  ...form,
  ...roles,
  ...chain,
  ...personStates,
  ...signIn,
  ...account,
  ...people,
  ...members,
  ...benefits,
  ...missions,
  ...verification,
  ...privacy,
  ...rewards,
  ...orders,
};
