import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useHome } from "./home.ts";
import { proof, useProof } from "./proof.ts";

/** Takes an own passkey away, once it was said what is left to come in by. */
export default function RemovePasskey() {
  const { t } = useT();
  const id = useParam("passkey");
  const home = useHome();
  const go = useGo();
  const back = () => go(home);
  const asked = useProof();
  const passkeys = $api.useQuery("get", "/v1/session/passkeys");
  const { send, sending, problem } = useSend(
    (filled: Filled) => api.DELETE("/v1/session/passkeys/{passkey}", { params: { path: { passkey: id } }, body: proof(filled) }),
    back,
  );
  return (
    <Dialog title={t("account.takeAway")} onClose={back}>
      <Loaded query={passkeys} lines={2}>
        {({ items }) => {
          const passkey = items.find((one) => one.id === id);
          if (!passkey) return <Empty title="errors.not-found" />;
          return (
            <Form fields={[asked]} submit={t("account.takeAway")} danger sending={sending} problem={problem} onSubmit={send}>
              <p>
                <bdi className="any">{passkey.name}</bdi>
              </p>
              <p>{t("account.takeAwayHint")}</p>
            </Form>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
