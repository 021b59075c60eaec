import { useState } from "react";
import { api } from "~/api/client.ts";
import { ROLES, SCOPES } from "~/api/roles.gen.ts";
import type { AskedKey } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { localInput } from "~/ui/format.tsx";
import { useGo } from "~/ui/route.ts";
import { Secret } from "~/ui/Secret.tsx";

const DAYS_USUAL = 90;

export default function NewKey() {
  const { t, label } = useT();
  const go = useGo();
  const back = () => go("/keys");
  const [expires] = useState(() => localInput(new Date(Date.now() + DAYS_USUAL * 86_400_000).toISOString()));
  const { send, sending, problem, data } = useSend(
    (body: AskedKey, once) => api.POST("/v1/keys", { body, ...once }),
    () => forget("keys.new"),
  );
  return (
    <Dialog title={t("keys.create")} onClose={back}>
      {data ? (
        <Secret secret={data.secret} done={back} />
      ) : (
        <Form
          draft="keys.new"
          fields={[
            { name: "name", label: t("keys.name"), required: true, max: 100 },
            {
              name: "role",
              label: t("people.role"),
              kind: "select",
              required: true,
              options: ROLES.map((role) => ({ value: role, label: label("roles.", role) })),
            },
            { name: "member", label: t("people.member"), hint: t("keys.memberHint"), max: 128 },
            {
              name: "scopes",
              label: t("keys.scopes"),
              kind: "many",
              required: true,
              options: SCOPES.map((scope) => ({ value: scope, label: scope })),
            },
            { name: "expires_at", label: t("keys.expires"), kind: "instant", required: true },
          ]}
          initial={{
            role: "membership-operator",
            expires_at: expires,
          }}
          submit={t("keys.create")}
          sending={sending}
          problem={problem}
          onSubmit={({ name = "", role = "", member, scopes = "", expires_at = "" }) =>
            send({
              name: name.trim(),
              role,
              member: member?.trim() || null,
              scopes: scopes.split(" ").filter(Boolean),
              expires_at: new Date(expires_at).toISOString(),
            })
          }
        />
      )}
    </Dialog>
  );
}
