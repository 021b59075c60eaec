import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { useHome } from "./home.ts";
import { proof, useProof } from "./proof.ts";

/** Ends another session of one's own, or all others. */
export default function EndSession() {
  const { t } = useT();
  const session = useParam("session");
  const home = useHome();
  const go = useGo();
  const back = () => go(home);
  const asked = useProof();
  const { send, sending, problem } = useSend(
    (filled: Filled) =>
      session
        ? api.DELETE("/v1/sessions/{session}", { params: { path: { session } }, body: proof(filled) })
        : api.DELETE("/v1/sessions", { body: proof(filled) }),
    back,
  );
  const title = t(session ? "account.endOne" : "account.endOthers");
  return (
    <Dialog title={title} onClose={back}>
      <Form fields={[asked]} submit={title} danger sending={sending} problem={problem} onSubmit={send} />
    </Dialog>
  );
}
