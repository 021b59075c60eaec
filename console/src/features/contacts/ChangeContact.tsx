import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { contactQuery, type Tagged } from "~/api/member.ts";
import type { Contact, ContactChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { contactOf, filledContact, useContactFields } from "./fields.ts";

export default function ChangeContact() {
  const { t } = useT();
  const [member, contact] = [useParam("member"), useParam("contact")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/contacts`);
  const query = useQuery(contactQuery(member, contact));
  return (
    <Dialog title={t("contacts.change")} onClose={back}>
      <Loaded query={query}>{(tagged) => <Change tagged={tagged} done={back} />}</Loaded>
    </Dialog>
  );
}

function Change({ tagged: { value, etag }, done }: { tagged: Tagged<Contact>; done: () => void }) {
  const { t } = useT();
  const draft = `contact.${value.member}.${value.id}`;
  const { send, sending, problem } = useSend(
    (body: ContactChange) =>
      api.PATCH("/v1/members/{member}/contacts/{contact}", {
        params: { path: { member: value.member, contact: value.id }, header: { "If-Match": etag } },
        body,
      }),
    () => {
      forget(draft);
      done();
    },
  );
  return (
    <Form
      draft={draft}
      fields={useContactFields()}
      initial={filledContact(value)}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send(contactOf(filled))}
    />
  );
}
