import { api } from "~/api/client.ts";
import type { CustomFieldKind, NewCustomField } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { choicesOf, namesOf, useInputs } from "./fields.ts";

const DRAFT = "new-custom-field";

export default function NewField() {
  const { t } = useT();
  const go = useGo();
  const back = () => go("/custom-fields");
  const { send, sending, problem } = useSend(
    (body: NewCustomField, once) => api.POST("/v1/custom-fields", { body, ...once }),
    () => {
      forget(DRAFT);
      back();
    },
  );
  return (
    <Dialog title={t("custom.create")} onClose={back}>
      <Form
        draft={DRAFT}
        fields={useInputs(undefined)}
        initial={{ kind: "text" }}
        submit={t("custom.create")}
        sending={sending}
        problem={problem}
        onSubmit={(filled) =>
          send({
            id: filled.id?.trim() ?? "",
            kind: filled.kind as CustomFieldKind,
            names: namesOf(filled),
            ...(filled.choices?.trim() && { choices: choicesOf(filled.choices) }),
          })
        }
      />
    </Dialog>
  );
}
