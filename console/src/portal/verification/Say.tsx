import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useParam } from "~/ui/route.ts";
import { useOwn } from "../Frame.tsx";

const SAYS = {
  answer: { path: "/v1/members/{member}/verifications/{case}/answer", hint: "verification.answerHint" },
  appeal: { path: "/v1/members/{member}/verifications/{case}/appeal", hint: "verification.appealHint" },
} as const;

/** What a company says to a case: the answer to a question, or an appeal. */
export function say(kind: keyof typeof SAYS) {
  return function Say() {
    const { t } = useT();
    const member = useOwn();
    const id = useParam("case");
    const go = useNavigate();
    const back = () => void go({ to: "/portal/verification" as never });
    const draft = `verification.${kind}.${id}`;
    const { send, sending, problem } = useSend(
      (note: string, once) => api.POST(SAYS[kind].path, { params: { path: { member, case: id } }, body: { note }, ...once }),
      () => {
        forget(draft);
        back();
      },
    );
    return (
      <Dialog title={t(`verification.${kind}`)} onClose={back}>
        <Form
          draft={draft}
          fields={[{ name: "note", label: t("verification.note"), hint: t(SAYS[kind].hint), kind: "area", required: true, max: 1000 }]}
          submit={t(`verification.${kind}`)}
          sending={sending}
          problem={problem}
          onSubmit={({ note = "" }) => send(note.trim())}
        />
      </Dialog>
    );
  };
}
