import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { changedValues, filledNotes, tagsOf } from "~/api/custom.ts";
import type { Tagged } from "~/api/member.ts";
import type { Custom, CustomChange, CustomField } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useValueInput } from "~/views/custom.tsx";

/** Changes what is noted of a member: its tags, and the values of the platform's own fields. */
export default function ChangeNotes() {
  const { t } = useT();
  const member = useParam("member");
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}`);
  const fields = $api.useQuery("get", "/v1/custom-fields");
  const notes = useQuery({
    queryKey: ["custom", member],
    queryFn: async ({ signal }): Promise<Tagged<Custom>> => {
      const { data, error, response } = await api.GET("/v1/members/{member}/custom", { params: { path: { member } }, signal });
      if (!data) throw error;
      return { value: data, etag: response.headers.get("ETag") ?? "" };
    },
  });
  return (
    <Dialog title={t("custom.title")} onClose={back}>
      <Loaded query={fields} lines={2}>
        {({ items }) => (
          <Loaded query={notes} lines={4}>
            {(tagged) => <Change member={member} fields={items} notes={tagged} done={back} />}
          </Loaded>
        )}
      </Loaded>
    </Dialog>
  );
}

type Props = { member: string; fields: CustomField[]; notes: Tagged<Custom>; done: () => void };

function Change({ member, fields, notes: { value, etag }, done }: Props) {
  const { t } = useT();
  const draft = `custom.${member}`;
  const { send, sending, problem } = useSend(
    (body: CustomChange) => api.PATCH("/v1/members/{member}/custom", { params: { path: { member }, header: { "If-Match": etag } }, body }),
    () => {
      forget(draft);
      done();
    },
  );
  const inputOf = useValueInput();
  return (
    <Form
      draft={draft}
      fields={[{ name: "tags", label: t("custom.tags"), hint: t("custom.tagsHint"), max: 2600 }, ...fields.map(inputOf)]}
      initial={filledNotes(value)}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send({ tags: tagsOf(filled.tags ?? ""), values: changedValues(fields, value, filled) })}
    />
  );
}
