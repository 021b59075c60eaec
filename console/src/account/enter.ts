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
