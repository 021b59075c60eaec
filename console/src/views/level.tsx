import type { VerificationCaseInFull } from "~/api/schema.gen.ts";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { LEVELS } from "~/api/verification.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";

/** Opens a verification of a level. */
export function LevelForm({ member, submit, done }: { member: string; submit: string; done?: (opened: VerificationCaseInFull) => void }) {
  const { t } = useT();
  const { send, sending, problem } = useSend(
    (level: string, once) => api.POST("/v1/members/{member}/verifications", { params: { path: { member } }, body: { level }, ...once }),
    done,
  );
  return (
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
      submit={submit}
      sending={sending}
      problem={problem}
      onSubmit={({ level = "" }) => send(level)}
    />
  );
}
