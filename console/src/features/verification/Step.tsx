import { api } from "~/api/client.ts";
import { useSend, type Once } from "~/api/send.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

const STEPS = {
  ask: "/v1/members/{member}/verifications/{case}/question",
  answer: "/v1/members/{member}/verifications/{case}/answer",
  appeal: "/v1/members/{member}/verifications/{case}/appeal",
  withdraw: "/v1/members/{member}/verifications/{case}/withdrawal",
} as const;
const HINTS = {
  ask: "verification.askHint",
  answer: "verification.answerHint",
  appeal: "verification.appealHint",
  withdraw: "verification.withdrawHint",
} as const satisfies Record<keyof typeof STEPS, Key>;

/** A step of a case that is said in a text: a question, its answer, an appeal, a withdrawal. */
export function step(kind: keyof typeof STEPS) {
  return function Step() {
    const { t } = useT();
    const [member, id] = [useParam("member"), useParam("case")];
    const go = useGo();
    const back = () => go(`/verification/${encodeURIComponent(member)}/${id}`);
    const draft = `verification.${kind}.${id}`;
    const { send, sending, problem } = useSend(
      (note: string, once: Once) => api.POST(STEPS[kind], { params: { path: { member, case: id } }, body: { note }, ...once }),
      () => {
        forget(draft);
        back();
      },
    );
    return (
      <Dialog title={t(`verification.${kind}`)} onClose={back}>
        <Form
          draft={draft}
          fields={[{ name: "note", label: t("verification.note"), hint: t(HINTS[kind]), kind: "area", required: true, max: 1000 }]}
          submit={t(`verification.${kind}`)}
          danger={kind === "withdraw"}
          sending={sending}
          problem={problem}
          onSubmit={({ note = "" }) => send(note.trim())}
        />
      </Dialog>
    );
  };
}
