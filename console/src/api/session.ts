import { useQuery, queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import { REACH, type Operation, type Role } from "./roles.gen.ts";
import type { Me, Member } from "./schema.gen.ts";

export const session = queryOptions({
  queryKey: ["session"],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<Me> => {
    const { data, error } = await api.GET("/v1/session", { signal });
    if (!data) throw error;
    return data;
  },
});

export function useMe() {
  return useQuery(session).data;
}

/** Whether the policy lets the person's role do it; about a member also whether it is one of the person's own. */
export function useMay() {
  const person = useMe()?.person;
  return (operation: Operation, about?: Pick<Member, "account_manager">) => {
    const reach = person && (REACH[operation] as Partial<Record<Role, string>>)[person.role as Role];
    return reach === "own" && person && about && !person.member ? about.account_manager === person.id : Boolean(reach);
  };
}
