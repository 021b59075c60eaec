import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { session } from "~/api/session.ts";
import { Loaded, Loading, type Told } from "~/ui/states.tsx";

/** What is inside, once it is known who is there; whoever is not signed in is on the way to the door. */
export function SignedIn() {
  const query = useQuery(session);
  const away = (query.error as Partial<Told> | null)?.code === "unauthenticated";
  return away ? <Loading /> : <Loaded query={query}>{() => <Outlet />}</Loaded>;
}
