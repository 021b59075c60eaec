import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { LEVELS } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

export default function OpenCase() {
  const { t } = useT();
  const member = useParam("member");
  const go = useGo();
  const navigate = useNavigate();
  const { send, sending, problem } = useSend(
    (level: string, once) => api.POST("/v1/members/{member}/verifications", { params: { path: { member } }, body: { level }, ...once }),
    (one) => void navigate({ to: `/verification/${encodeURIComponent(member)}/${one.id}` as never }),
  );
  return (
    <Dialog title={t("verification.open")} onClose={() => go(`/members/${encodeURIComponent(member)}/verification`)}>
      <Form
        fields={[
          {
            name: "level",
            label: t("verification.level"),
            kind: "select",
            required: true,
            options: LEVELS.map((value) => ({ value, label: t(`verification.levelOf.${value}`) })),
          },
        ]}
        initial={{ level: "basic" }}
        submit={t("verification.open")}
        sending={sending}
        problem={problem}
        onSubmit={({ level = "" }) => send(level)}
      />
    </Dialog>
  );
}
