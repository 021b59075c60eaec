import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

export default function Undo() {
  const { t } = useT();
  const id = useParam("import");
  const go = useGo();
  const navigate = useNavigate();
  const { send, sending, problem } = useSend(
    (_: null, once) => api.POST("/v1/imports/{import}/undo", { params: { path: { import: id } }, ...once }),
    (job) => void navigate({ to: `/imports/runs/${job.id}` as never }),
  );
  return (
    <Dialog title={t("imports.undo")} onClose={() => go(`/imports/${id}`)}>
      <Form fields={[]} submit={t("imports.undo")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("imports.undoHint")}</p>
      </Form>
    </Dialog>
  );
}
