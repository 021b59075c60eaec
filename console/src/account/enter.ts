import type { SignedIn } from "~/api/schema.gen.ts";

/** Only a path of this site is gone back to: an address from outside could send people anywhere. */
export const inside = (to: string | undefined): string | undefined => (to && /^\/(?![/\\])/.test(to) ? to : undefined);

/** Goes where the person belongs: back to where it came from, or to its own side. */
export function enter({ person }: SignedIn, to?: string) {
  const home = person?.member ? "/portal" : "/";
  const back = inside(to);
  const ours = back && back.startsWith("/portal") === Boolean(person?.member);
  location.assign(ours ? back : home);
}

/** Where a provider is to lead back to: what the server takes as a path of this site, visible ASCII of at most 300 characters; else it knows where to. */
export function returnTo(to: string | undefined): string | undefined {
  const back = inside(to);
  const { pathname = "", search = "", hash = "" } = back ? new URL(back, location.origin) : {};
  const path = pathname + search + hash;
  return path && path.length <= 300 ? path : undefined;
}

/** What stands behind `#` in the address: read once and taken out of it, so that it stands in no history. */
export function takeHash(): string {
  const found = location.hash.slice(1);
  if (found) history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}
