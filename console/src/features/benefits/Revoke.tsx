import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";

export default function Revoke() {
  const { t } = useT();
  const names = useNames();
  const [member, benefit] = [useParam("member"), useParam("benefit")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/benefits`);
  const { send, sending, problem } = useSend(
    (_: null, once) =>
      api.POST("/v1/members/{member}/benefits/{benefit}/revoke", {
        params: { path: { member, benefit } },
        body: {},
        ...once,
      }),
    back,
  );
  return (
    <Dialog title={`${t("benefits.revoke")}: ${names("benefit", benefit)}`} onClose={back}>
      <Form fields={[]} submit={t("benefits.revoke")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("benefits.revokeHint")}</p>
      </Form>
    </Dialog>
  );
}
