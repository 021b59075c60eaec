import { lazyRouteComponent, type RouteComponent } from "@tanstack/react-router";

export type Load = () => Promise<{ default: RouteComponent }>;

/**
 * A part of the site that is fetched when it is needed. The router reloads the page once when a file is not there any more, as after an upgrade; without a
 * network that would leave nothing to look at, so then the page says what is wrong and stays.
 */
export const part = (load: Load) =>
  lazyRouteComponent(() =>
    load().catch((error: unknown) => {
      throw navigator.onLine ? error : new Error("offline", { cause: error });
    }),
  );
