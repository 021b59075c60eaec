import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

export default function RevokeKey() {
  const { t } = useT();
  const key = useParam("key");
  const go = useGo();
  const back = () => go("/keys");
  const { send, sending, problem } = useSend((_: null) => api.DELETE("/v1/keys/{key}", { params: { path: { key } } }), back);
  return (
    <Dialog title={t("keys.revoke")} onClose={back}>
      <Form fields={[]} submit={t("keys.revoke")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("keys.revokeHint")}</p>
        <p>
          <code>{key}</code>
        </p>
      </Form>
    </Dialog>
  );
}
