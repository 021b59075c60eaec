import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useHome } from "./home.ts";
import { proof, useProof } from "./proof.ts";

/** Goes to a provider to link an identity, once it was proved that whoever does so is not just at an open screen. */
export default function Link() {
  const { t } = useT();
  const provider = useParam("provider");
  const home = useHome();
  const go = useGo();
  const asked = useProof();
  const providers = $api.useQuery("get", "/v1/sign-in/providers");
  const { send, sending, problem } = useSend(
    (filled: Filled, once) => api.POST("/v1/session/identities", { body: { provider, return_to: home, ...proof(filled) }, ...once }),
    ({ address }) => location.assign(address),
  );
  return (
    <Dialog title={t("account.linkOne")} onClose={() => go(home)}>
      <Loaded query={providers} lines={2}>
        {({ items }) => {
          const found = items.find((one) => one.name === provider);
          if (!found) return <Empty title="errors.not-found" />;
          const title = t("account.link", { title: found.title });
          return <Form fields={[asked]} submit={title} sending={sending} problem={problem} onSubmit={send} />;
        }}
      </Loaded>
    </Dialog>
  );
}
