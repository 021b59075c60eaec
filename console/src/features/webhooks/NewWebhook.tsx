import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import type { NewWebhook as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { Secret } from "~/ui/Secret.tsx";
import { useEndpointFields } from "./kinds.ts";

const DRAFT = "webhook";

export default function NewWebhook() {
  const { t } = useT();
  const go = useGo();
  const navigate = useNavigate();
  const fields = useEndpointFields();
  const { send, sending, problem, data } = useSend(
    (body: Asked, once) => api.POST("/v1/webhooks", { body, ...once }),
    () => forget(DRAFT),
  );
  return (
    <Dialog title={t("webhooks.create")} onClose={() => go("/webhooks")}>
      {data ? (
        <Secret secret={data.secret} done={() => void navigate({ to: `/webhooks/${data.id}` as never })} />
      ) : (
        <Form
          draft={DRAFT}
          fields={fields}
          initial={{ url: "https://" }}
          submit={t("webhooks.create")}
          sending={sending}
          problem={problem}
          onSubmit={({ name = "", url = "", kinds = "" }) =>
            send({ name: name.trim(), url: url.trim(), kinds: kinds.split(" ").filter(Boolean) })
          }
        />
      )}
    </Dialog>
  );
}
