import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { session } from "~/api/session.ts";
import { queries } from "~/app.tsx";
import { Broken, Missing } from "~/shell/Broken.tsx";
import Home from "./home/Home.tsx";
import { Frame } from "./Frame.tsx";

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: Broken });
const text = (value: unknown) => (typeof value === "string" ? value : undefined);

const door = [
    createRoute({
        getParentRoute: () => root,
        path: "/sign-in",
        validateSearch: ({ to }): { to?: string } => ({ to: text(to) }),
        component: lazyRouteComponent(() => import("~/account/SignIn.tsx")),
    }),
    createRoute({
        getParentRoute: () => root,
        path: "/welcome",
        component: lazyRouteComponent(() => import("./doors.tsx"), "Welcome"),
    }),
    createRoute({
        getParentRoute: () => root,
        path: "/new-password",
        component: lazyRouteComponent(() => import("./doors.tsx"), "NewPassword"),
    }),
];

const portal = createRoute({
    getParentRoute: () => root,
    path: "/portal",
    component: Frame,
    beforeLoad: async () => {
        const me = await queries.ensureQueryData(session).catch(() => undefined);
        if (me && !me.person.member) throw redirect({ href: "/", reloadDocument: true });
    },
});
const page = <P extends string>(path: P, component: Parameters<typeof createRoute>[0]["component"]) =>
    createRoute({ getParentRoute: () => portal, path, component });

const people = page(
    "people",
    lazyRouteComponent(() => import("./people/People.tsx")),
);
const pages = [
    page("/", Home),
    page(
        "points",
        lazyRouteComponent(() => import("./points/Points.tsx")),
    ),
    page(
        "benefits",
        lazyRouteComponent(() => import("./benefits/Benefits.tsx")),
    ),
    page(
        "missions",
        lazyRouteComponent(() => import("./missions/Missions.tsx")),
    ),
    page(
        "more",
        lazyRouteComponent(() => import("./more/More.tsx")),
    ),
    page(
        "company",
        lazyRouteComponent(() => import("./company/Company.tsx")),
    ),
    page(
        "account",
        lazyRouteComponent(() => import("~/account/Account.tsx")),
    ),
    people.addChildren([
        createRoute({
            getParentRoute: () => people,
            path: "invite",
            component: lazyRouteComponent(() => import("./people/Invite.tsx")),
        }),
        createRoute({
            getParentRoute: () => people,
            path: "$person",
            component: lazyRouteComponent(() => import("./people/ChangePerson.tsx")),
        }),
    ]),
];

export const router = createRouter({
    routeTree: root.addChildren([...door, portal.addChildren(pages)]),
    defaultPreload: "intent",
    defaultErrorComponent: Broken,
    scrollRestoration: true,
});
