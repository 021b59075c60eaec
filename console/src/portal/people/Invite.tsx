import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import type { NewColleague } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { MEMBER_ROLES, useContactField, usePersonFields } from "~/views/person.tsx";
import { reach } from "~/views/reach.ts";
import { useOwn } from "../Frame.tsx";

export default function Invite() {
  const { t, language } = useT();
  const member = useOwn();
  const go = useNavigate();
  const close = () => void go({ to: "/portal/people" as never });
  const may = useMay();
  const fields = [...usePersonFields(MEMBER_ROLES, "reach"), ...useContactField(member, may("list_contacts"))];
  const { send, sending, problem } = useSend(
    (body: NewColleague, once) => api.POST("/v1/members/{member}/people", { params: { path: { member } }, body, ...once }),
    () => {
      forget("portal.invite");
      close();
    },
  );
  return (
    <Dialog title={t("people.invite")} onClose={close}>
      <Form
        draft="portal.invite"
        fields={fields}
        initial={{ role: "buyer", language }}
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
