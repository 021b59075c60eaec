import { api } from "~/api/client.ts";
import type { NewStaff } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { STAFF_ROLES, usePersonFields } from "~/views/person.tsx";

export default function InviteStaff() {
  const { t, language } = useT();
  const go = useGo();
  const back = () => go("/staff");
  const { send, sending, problem } = useSend(
    (body: NewStaff, once) => api.POST("/v1/staff", { body, ...once }),
    () => {
      forget("staff.invite");
      back();
    },
  );
  return (
    <Dialog title={t("staff.invite")} onClose={back}>
      <Form
        draft="staff.invite"
        fields={[...usePersonFields(STAFF_ROLES, "email"), { name: "id", label: t("people.id"), hint: t("staff.idHint"), max: 128 }]}
        initial={{ role: "membership-operator", language }}
        submit={t("people.sendInvitation")}
        sending={sending}
        problem={problem}
        onSubmit={({ name = "", email = "", role = "", language: tongue, id }) =>
          send({
            name: name.trim(),
            email: email.trim(),
            role,
            language: tongue || null,
            id: id?.trim() || null,
          })
        }
      />
    </Dialog>
  );
}
