import { api } from "~/api/client.ts";
import type { Interaction } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

const CHANNELS = ["phone", "visit", "wecom", "email", "meeting"] as const;

export default function LogInteraction() {
  const { t, label } = useT();
  const [member, contact] = [useParam("member"), useParam("contact")];
  const go = useGo();
  const draft = `interaction.${contact}`;
  const back = () => go(`/members/${encodeURIComponent(member)}/contacts`);
  const { send, sending, problem } = useSend(
    (body: Interaction, once) =>
      api.POST("/v1/members/{member}/contacts/{contact}/interactions", {
        params: { path: { member, contact } },
        body,
        ...once,
      }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("contacts.log")} onClose={back}>
      <Form
        draft={draft}
        fields={[
          {
            name: "channel",
            label: t("contacts.channel"),
            kind: "select",
            required: true,
            options: CHANNELS.map((channel) => ({ value: channel, label: label("channels.", channel) })),
          },
          { name: "topic", label: t("contacts.topic"), kind: "area", max: 200 },
        ]}
        initial={{ channel: "phone" }}
        submit={t("contacts.log")}
        sending={sending}
        problem={problem}
        onSubmit={({ channel = "", topic }) => send({ channel, topic: topic?.trim() || null })}
      />
    </Dialog>
  );
}
