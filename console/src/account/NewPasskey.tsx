import { api } from "~/api/client.ts";
import { useMe } from "~/api/session.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { Loading } from "~/ui/states.tsx";
import { useHome } from "./home.ts";
import { proof, useProof } from "./proof.ts";
import { make, noAnswer } from "./webauthn.ts";

/** Adds a passkey, once it was proved that whoever does so is not just at an open screen. */
export default function NewPasskey() {
  const { t } = useT();
  const me = useMe();
  const home = useHome();
  const go = useGo();
  const back = () => go(home);
  const asked = useProof();
  const { send, sending, problem } = useSend(async ({ name = "", ...filled }: Filled, once) => {
    const begun = await api.POST("/v1/session/passkeys/options", { body: proof(filled) });
    if (!begun.data) return begun;
    try {
      const credential = await make(begun.data.public_key);
      return await api.POST("/v1/session/passkeys", { body: { name: name.trim(), credential }, ...once });
    } catch (error) {
      return noAnswer(error);
    }
  }, back);
  if (!me) return <Loading />;
  return (
    <Dialog title={t("account.addPasskey")} onClose={back}>
      <Form
        fields={[{ name: "name", label: t("account.passkeyName"), hint: t("account.passkeyNameHint"), required: true, max: 60 }, asked]}
        submit={t("account.addPasskey")}
        sending={sending}
        problem={problem}
        onSubmit={send}
      />
    </Dialog>
  );
}
