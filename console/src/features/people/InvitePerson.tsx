import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { NewColleague } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { MEMBER_ROLES, useContactField, usePersonFields } from "~/views/person.tsx";
import { reach } from "~/views/reach.ts";

export default function InvitePerson() {
  const { t, language } = useT();
  const member = useParam("member");
  const go = useGo();
  const draft = `invite.${member}`;
  const back = () => go(`/members/${encodeURIComponent(member)}/people`);
  const { send, sending, problem } = useSend(
    (body: NewColleague, once) => api.POST("/v1/members/{member}/people", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  const may = useMay();
  const about = useQuery(memberQuery(member)).data?.value;
  const fields = [...usePersonFields(MEMBER_ROLES, "reach"), ...useContactField(member, may("list_contacts", about))];
  return (
    <Dialog title={t("people.invite")} onClose={back}>
      <Form
        draft={draft}
        fields={fields}
        initial={{ role: "owner", language }}
        submit={t("people.sendInvitation")}
        sending={sending}
        problem={problem}
        onSubmit={({ name = "", email = "", role = "", language: tongue, contact }) =>
          send({ name: name.trim(), ...reach(email), role, language: tongue || null, contact: contact || null })
        }
      />
    </Dialog>
  );
}
