import { useState } from "react";
import { api } from "~/api/client.ts";
import type { Replay as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant, localInput } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";

const DAY_MS = 86_400_000;

/** Sends what a range of time made again. */
export default function Replay() {
  const { t } = useT();
  const webhook = useParam("webhook");
  const go = useGo();
  const back = () => go(`/webhooks/${webhook}`);
  const [from] = useState(() => localInput(new Date(Date.now() - DAY_MS).toISOString()));
  const { send, sending, problem, data } = useSend((body: Asked, once) =>
    api.POST("/v1/webhooks/{webhook}/replay", { params: { path: { webhook } }, body, ...once }),
  );
  return (
    <Dialog title={t("webhooks.replay")} onClose={back}>
      {data ? (
        <div className="stack">
          <p role="status">{t("webhooks.replayed", { count: data.deliveries })}</p>
          <Button onClick={back}>{t("ui.close")}</Button>
        </div>
      ) : (
        <Form
          fields={[
            { name: "from", label: t("webhooks.from"), kind: "instant", required: true },
            { name: "until", label: t("webhooks.until"), hint: t("webhooks.untilHint"), kind: "instant" },
            { name: "all", label: t("webhooks.replayAll"), hint: t("webhooks.replayAllHint"), kind: "switch" },
          ]}
          initial={{ from }}
          submit={t("webhooks.replay")}
          sending={sending}
          problem={problem}
          onSubmit={({ from: since = "", until = "", all }) =>
            send({ from: instant(since) ?? "", until: instant(until) ?? null, all: all === "true" })
          }
        />
      )}
    </Dialog>
  );
}
