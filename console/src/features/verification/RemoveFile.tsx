import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

export default function RemoveFile() {
  const { t } = useT();
  const [member, file] = [useParam("member"), useParam("file")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/verification`);
  const { send, sending, problem } = useSend(
    (_: null) => api.DELETE("/v1/members/{member}/files/{file}", { params: { path: { member, file } } }),
    back,
  );
  return (
    <Dialog title={t("verification.remove")} onClose={back}>
      <Form fields={[]} submit={t("verification.remove")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("verification.removeHint")}</p>
      </Form>
    </Dialog>
  );
}
