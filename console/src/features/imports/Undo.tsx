import { useNavigate } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";

export default function Undo() {
  const { t } = useT();
  const id = useParam("import");
  const go = useGo();
  const navigate = useNavigate();
  const query = $api.useQuery("get", "/v1/imports/{import}", { params: { path: { import: id } } });
  const { send, sending, problem } = useSend(
    (_: null, once) => api.POST("/v1/imports/{import}/undo", { params: { path: { import: id } }, ...once }),
    (job) => void navigate({ to: `/imports/runs/${job.id}` as never }),
  );
  return (
    <Dialog title={t("imports.undo")} onClose={() => go(`/imports/${id}`)}>
      <Loaded query={query} lines={2}>
        {({ state }) =>
          state === "undone" ? (
            <p>{t("imports.undoneAlready")}</p>
          ) : (
            <Form fields={[]} submit={t("imports.undo")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
              <p>{t("imports.undoHint")}</p>
            </Form>
          )
        }
      </Loaded>
    </Dialog>
  );
}
