import { createRootRoute, createRoute, createRouter, redirect, type AnyRoute } from "@tanstack/react-router";
import { session } from "~/api/session.ts";
import { queries } from "~/app.tsx";
import { text } from "~/search.ts";
import { also, type Language } from "~/i18n/index.ts";
import { part, type Load } from "~/part.ts";
import { Broken, Missing } from "~/shell/Broken.tsx";
import { Frame } from "./Frame.tsx";
import Home from "./home/Home.tsx";

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: Broken });
/** The texts of every page but the home, which comes first and is to be light. */
const texts = (language: Language): Promise<Record<string, string>> => {
  switch (language) {
    case "zh-CN":
      return import("~/locales/zh-CN/portalPages.ts").then((pages) => pages.default);
    case "zh-TW":
      return import("~/locales/zh-TW/portalPages.ts").then((pages) => pages.default);
    default:
      return import("~/locales/en/portalPages.ts").then((pages) => pages.default);
  }
};
const page = (load: Load) => part(() => Promise.all([load(), also(texts)]).then(([loaded]) => loaded));
const under = (parent: AnyRoute, path: string, load: Load): AnyRoute =>
  createRoute({ getParentRoute: () => parent, path, component: page(load) });
const kit = (parent: AnyRoute): AnyRoute =>
  createRoute({ getParentRoute: () => parent, id: "kit", component: page(() => import("./WithKit.tsx")) });

const door: AnyRoute = createRoute({ getParentRoute: () => root, id: "door", component: page(() => import("./Doors.tsx")) });
const signIn = createRoute({
  getParentRoute: () => door,
  path: "/sign-in",
  validateSearch: ({ to }): { to?: string } => ({ to: text(to) }),
  component: page(() => import("~/account/SignIn.tsx")),
});

const portal = createRoute({
  getParentRoute: () => root,
  path: "/portal",
  component: Frame,
  beforeLoad: async () => {
    const me = await queries.ensureQueryData(session).catch(() => undefined);
    if (me && !me.person.member) throw redirect({ href: "/", reloadDocument: true });
  },
});
const forms = kit(portal);
const verification = under(forms, "verification", () => import("./verification/Verification.tsx"));
const privacy = under(forms, "privacy", () => import("./privacy/Privacy.tsx"));
const rewards = under(forms, "points/rewards", () => import("./rewards/Rewards.tsx"));
const orders = under(forms, "points/orders", () => import("./rewards/Orders.tsx"));
const account = under(forms, "account", () => import("~/account/Account.tsx"));
const people = under(forms, "people", () => import("./people/People.tsx"));

const tree = root.addChildren([
  door.addChildren([
    signIn,
    under(door, "/welcome", () => import("~/account/Welcome.tsx")),
    under(door, "/new-password", () => import("~/account/NewPassword.tsx")),
    under(door, "/portal/sign-up", () => import("~/account/SignUp.tsx")),
    under(door, "/portal/join", () => import("~/account/Join.tsx")),
  ]),
  portal.addChildren([
    createRoute({ getParentRoute: () => portal, path: "/", component: Home }),
    under(portal, "points", () => import("./points/Points.tsx")),
    under(portal, "benefits", () => import("./benefits/Benefits.tsx")),
    under(portal, "missions", () => import("./missions/Missions.tsx")),
    under(portal, "orders", () => import("./trade/Trade.tsx")),
    under(portal, "more", () => import("./more/More.tsx")),
    forms.addChildren([
      under(forms, "company", () => import("./company/Company.tsx")),
      account.addChildren([
        under(account, "identities/new/$provider", () => import("~/account/Link.tsx")),
        under(account, "identities/$identity", () => import("~/account/Unlink.tsx")),
        under(account, "sessions/others", () => import("~/account/EndSession.tsx")),
        under(account, "sessions/$session", () => import("~/account/EndSession.tsx")),
        under(account, "passkeys/new", () => import("~/account/NewPasskey.tsx")),
        under(account, "passkeys/$passkey", () => import("~/account/Passkey.tsx")),
        under(account, "passkeys/$passkey/remove", () => import("~/account/RemovePasskey.tsx")),
      ]),
      rewards.addChildren([under(rewards, "$reward", () => import("./rewards/Redeem.tsx"))]),
      orders.addChildren([under(orders, "$order", () => import("./rewards/Cancel.tsx"))]),
      verification.addChildren([
        under(verification, "$case/evidence", () => import("./verification/AddEvidence.tsx")),
        under(verification, "$case/answer", () => import("./verification/Answer.tsx")),
        under(verification, "$case/appeal", () => import("./verification/Appeal.tsx")),
      ]),
      privacy.addChildren([under(privacy, "erase", () => import("./privacy/Erase.tsx"))]),
      people.addChildren([
        under(people, "invite", () => import("./people/Invite.tsx")),
        under(people, "$person", () => import("./people/ChangePerson.tsx")),
      ]),
    ]),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent", defaultErrorComponent: Broken, scrollRestoration: true });
