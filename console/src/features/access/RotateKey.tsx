import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Secret } from "~/ui/Secret.tsx";

const HOURS_MAX = 720;

export default function RotateKey() {
  const { t } = useT();
  const key = useParam("key");
  const go = useGo();
  const back = () => go("/keys");
  const { send, sending, problem, data } = useSend((body: { overlap_hours: number }, once) =>
    api.POST("/v1/keys/{key}/rotate", { params: { path: { key } }, body, ...once }),
  );
  return (
    <Dialog title={t("keys.rotate")} onClose={back}>
      {data ? (
        <Secret secret={data.secret} done={back} />
      ) : (
        <Form
          fields={[
            {
              name: "overlap_hours",
              label: t("keys.overlap"),
              hint: t("keys.overlapHint"),
              required: true,
              check: (typed) => /^\d+$/.test(typed) && Number(typed) <= HOURS_MAX,
            },
          ]}
          initial={{ overlap_hours: "24" }}
          submit={t("keys.rotate")}
          sending={sending}
          problem={problem}
          onSubmit={({ overlap_hours }) => send({ overlap_hours: Number(overlap_hours) })}
        />
      )}
    </Dialog>
  );
}
