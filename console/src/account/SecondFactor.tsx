import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import type { SignedIn } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";

export function SecondFactor({ ticket, done }: { ticket: string; done: (answer: SignedIn) => void }) {
  const { t } = useT();
  const { send, sending, problem } = useSend(
    (body: { code: string; ticket: string }, once) => api.POST("/v1/sign-in/second-factor", { body, ...once }),
    done,
  );
  return (
    <>
      <p>{t("signIn.factorHint")}</p>
      <Form
        fields={[{ name: "code", label: t("signIn.factorCode"), required: true, auto: "one-time-code", max: 40 }]}
        submit={t("signIn.title")}
        sending={sending}
        problem={problem}
        onSubmit={({ code = "" }) => send({ code: code.trim(), ticket })}
      />
    </>
  );
}
