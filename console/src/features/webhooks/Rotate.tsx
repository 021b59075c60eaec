import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Secret } from "~/ui/Secret.tsx";

const HOURS_MAX = 720;

export default function Rotate() {
  const { t } = useT();
  const webhook = useParam("webhook");
  const go = useGo();
  const back = () => go(`/webhooks/${webhook}`);
  const { send, sending, problem, data } = useSend((overlap_hours: number, once) =>
    api.POST("/v1/webhooks/{webhook}/rotate", { params: { path: { webhook } }, body: { overlap_hours }, ...once }),
  );
  return (
    <Dialog title={t("webhooks.rotate")} onClose={back}>
      {data ? (
        <Secret secret={data.secret} done={back} />
      ) : (
        <Form
          fields={[
            {
              name: "overlap_hours",
              label: t("webhooks.overlap"),
              hint: t("webhooks.overlapHint"),
              kind: "amount",
              required: true,
              check: (typed) => /^\d+$/.test(typed) && Number(typed) <= HOURS_MAX,
            },
          ]}
          initial={{ overlap_hours: "24" }}
          submit={t("webhooks.rotate")}
          sending={sending}
          problem={problem}
          onSubmit={({ overlap_hours }) => send(Number(overlap_hours))}
        />
      )}
    </Dialog>
  );
}
