import { api } from "~/api/client.ts";
import type { NewContact as Body } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { contactOf, useContactFields } from "./fields.ts";

export default function NewContact() {
  const { t } = useT();
  const member = useParam("member");
  const go = useGo();
  const draft = `contact.${member}`;
  const back = () => go(`/members/${encodeURIComponent(member)}/contacts`);
  const { send, sending, problem } = useSend(
    (body: Body, once) => api.POST("/v1/members/{member}/contacts", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("contacts.create")} onClose={back}>
      <Form
        draft={draft}
        fields={useContactFields()}
        submit={t("contacts.create")}
        sending={sending}
        problem={problem}
        onSubmit={(filled) => send(contactOf(filled))}
      />
    </Dialog>
  );
}
