import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import type { CustomField, CustomFieldChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { choicesOf, filledField, namesOf, useInputs } from "./fields.ts";

/** What a field is called, and what there is to choose from; its kind stays. */
export default function ChangeField() {
  const { t } = useT();
  const field = useParam("field");
  const go = useGo();
  const back = () => go("/custom-fields");
  const query = useQuery({
    queryKey: ["custom-field", field],
    queryFn: async ({ signal }): Promise<Tagged<CustomField>> => {
      const { data, error, response } = await api.GET("/v1/custom-fields/{field}", { params: { path: { field } }, signal });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });
  return (
    <Dialog title={t("custom.changeField")} onClose={back}>
      <Loaded query={query} lines={4}>
        {(tagged) => <Change tagged={tagged} done={back} />}
      </Loaded>
    </Dialog>
  );
}

function Change({ tagged: { value, etag }, done }: { tagged: Tagged<CustomField>; done: () => void }) {
  const { t } = useT();
  const params = { path: { field: value.id }, header: { "If-Match": etag } };
  const { send, sending, problem } = useSend((body: CustomFieldChange) => api.PATCH("/v1/custom-fields/{field}", { params, body }), done);
  return (
    <Form
      fields={useInputs(value.kind)}
      initial={filledField(value)}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send({ names: namesOf(filled), ...(value.kind === "choice" && { choices: choicesOf(filled.choices ?? "") }) })}
    />
  );
}
