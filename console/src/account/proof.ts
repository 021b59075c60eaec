import { useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";

/** What somebody proves with once more who it is, before something is changed that signing in rests on. */
export function useProof(): Field {
  const { t } = useT();
  return useMe()?.person.second_factor
    ? { name: "code", label: t("account.lastCode"), required: true, auto: "one-time-code", max: 40 }
    : {
        name: "password",
        label: t("signIn.password"),
        hint: t("account.passwordHint"),
        kind: "password",
        auto: "current-password",
        max: 128,
      };
}

/** What was filled in as a proof, for the server. */
export const proof = ({ code, password }: Filled) => (code ? { code: code.trim() } : password ? { password } : {});
