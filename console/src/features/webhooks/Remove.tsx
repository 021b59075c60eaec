import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

export default function Remove() {
  const { t } = useT();
  const webhook = useParam("webhook");
  const go = useGo();
  const navigate = useNavigate();
  const { send, sending, problem } = useSend(
    (_: null) => api.DELETE("/v1/webhooks/{webhook}", { params: { path: { webhook } } }),
    () => void navigate({ to: "/webhooks" as never }),
  );
  return (
    <Dialog title={t("webhooks.remove")} onClose={() => go(`/webhooks/${webhook}`)}>
      <Form fields={[]} submit={t("webhooks.remove")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("webhooks.removeHint")}</p>
      </Form>
    </Dialog>
  );
}
