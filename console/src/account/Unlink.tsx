import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useHome } from "./home.ts";
import { proof, useProof } from "./proof.ts";

/** Takes an own identity away, once it was said what is left to come in by. */
export default function Unlink() {
  const { t } = useT();
  const id = useParam("identity");
  const home = useHome();
  const go = useGo();
  const back = () => go(home);
  const asked = useProof();
  const identities = $api.useQuery("get", "/v1/session/identities");
  const { send, sending, problem } = useSend(
    (filled: Filled) => api.DELETE("/v1/session/identities/{identity}", { params: { path: { identity: id } }, body: proof(filled) }),
    back,
  );
  return (
    <Dialog title={t("account.unlink")} onClose={back}>
      <Loaded query={identities} lines={2}>
        {({ items }) => {
          const identity = items.find((one) => one.id === id);
          if (!identity) return <Empty title="errors.not-found" />;
          return (
            <Form fields={[asked]} submit={t("account.unlink")} danger sending={sending} problem={problem} onSubmit={send}>
              <p>
                <bdi className="any">{[identity.title, identity.label].filter(Boolean).join(" · ")}</bdi>
              </p>
              <p>{t("account.unlinkHint")}</p>
            </Form>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
