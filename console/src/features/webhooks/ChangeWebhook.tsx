import { $api, api } from "~/api/client.ts";
import type { WebhookChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useEndpointFields } from "./kinds.ts";

export default function ChangeWebhook() {
  const { t } = useT();
  const webhook = useParam("webhook");
  const go = useGo();
  const back = () => go(`/webhooks/${webhook}`);
  const fields = useEndpointFields();
  const query = $api.useQuery("get", "/v1/webhooks/{webhook}", { params: { path: { webhook } } });
  const { send, sending, problem } = useSend(
    (body: WebhookChange) => api.PATCH("/v1/webhooks/{webhook}", { params: { path: { webhook } }, body }),
    back,
  );
  return (
    <Dialog title={t("webhooks.change")} onClose={back}>
      <Loaded query={query}>
        {(one) => (
          <Form
            fields={fields}
            initial={{ name: one.name, url: one.url, kinds: one.kinds.join(" ") }}
            submit={t("ui.save")}
            sending={sending}
            problem={problem}
            onSubmit={({ name = "", url = "", kinds = "" }) =>
              send({ name: name.trim(), url: url.trim(), kinds: kinds.split(" ").filter(Boolean) })
            }
          />
        )}
      </Loaded>
    </Dialog>
  );
}
