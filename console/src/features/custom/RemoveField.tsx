import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";

/** Removes a field; one that members have values of only together with them. */
export default function RemoveField() {
  const { t } = useT();
  const field = useParam("field");
  const go = useGo();
  const back = () => go("/custom-fields");
  const { send, sending, problem } = useSend(
    async (values: boolean) => ({
      ...(await api.DELETE("/v1/custom-fields/{field}", { params: { path: { field }, query: { values } } })),
      data: true,
    }),
    back,
  );
  return (
    <Dialog title={t("custom.removeField")} onClose={back}>
      <Form
        fields={[{ name: "values", label: t("custom.withValues"), hint: t("custom.withValuesHint"), kind: "switch" }]}
        submit={t("custom.removeField")}
        danger
        sending={sending}
        problem={problem}
        onSubmit={({ values }) => send(values === "true")}
      >
        <p>
          <code>{field}</code>
        </p>
      </Form>
    </Dialog>
  );
}
