import { useMe } from "~/api/session.ts";

/** Where the own account is: one of an enterprise has it in the portal. */
export const useHome = () => (useMe()?.person.member ? "/portal/account" : "/account");
