import { $api, api } from "~/api/client.ts";
import type { Passkey as View } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useHome } from "./home.ts";

/** Gives an own passkey another name. */
export default function Passkey() {
  const { t } = useT();
  const passkey = useParam("passkey");
  const home = useHome();
  const go = useGo();
  const back = () => go(home);
  const passkeys = $api.useQuery("get", "/v1/session/passkeys");
  const { send, sending, problem } = useSend(
    (name: string) => api.PATCH("/v1/session/passkeys/{passkey}", { params: { path: { passkey } }, body: { name } }),
    back,
  );
  return (
    <Dialog title={t("account.rename")} onClose={back}>
      <Loaded query={passkeys} lines={2}>
        {({ items }) => {
          const found = items.find((one: View) => one.id === passkey);
          if (!found) return <Empty title="errors.not-found" />;
          return (
            <Form
              fields={[{ name: "name", label: t("account.passkeyName"), required: true, max: 60 }]}
              initial={{ name: found.name }}
              submit={t("ui.save")}
              sending={sending}
              problem={problem}
              onSubmit={({ name = "" }) => send(name.trim())}
            />
          );
        }}
      </Loaded>
    </Dialog>
  );
}
