import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import type { NewMember as Body } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { memberOf, useMemberFields } from "./fields.ts";

export default function NewMember() {
  const { t } = useT();
  const navigate = useNavigate();
  const go = useGo();
  const fields = useMemberFields();
  const { send, sending, problem } = useSend(
    (body: Body, once) => api.POST("/v1/members", { body, ...once }),
    ({ id, likely_duplicates }) => {
      forget("members.new");
      // Where others may be the same company, they are what to look at next.
      const to = likely_duplicates?.length ? "/members/$member/companies" : "/members/$member";
      void navigate({ to: to as never, params: { member: id } as never });
    },
  );
  return (
    <Dialog title={t("members.create")} onClose={() => go("/members")}>
      <Form
        draft="members.new"
        fields={[...fields.slice(0, 1), { name: "id", label: t("members.id"), hint: t("members.idHint"), max: 128 }, ...fields.slice(1)]}
        submit={t("members.create")}
        sending={sending}
        problem={problem}
        onSubmit={(filled) => send({ ...memberOf(filled), id: filled.id?.trim() || null })}
      />
    </Dialog>
  );
}
