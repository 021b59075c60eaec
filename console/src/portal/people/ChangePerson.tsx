import { useNavigate, useParams } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import type { PersonChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { changedPerson, filledPerson, MEMBER_ROLES, usePersonFields } from "~/views/person.tsx";
import { useOwn } from "../Frame.tsx";

export default function ChangePerson() {
  const { t } = useT();
  const member = useOwn();
  const { person: id } = useParams({ strict: false }) as { person: string };
  const go = useNavigate();
  const close = () => void go({ to: "/portal/people" as never });
  const query = $api.useQuery("get", "/v1/members/{member}/people", { params: { path: { member } } });
  const fields = usePersonFields(MEMBER_ROLES, undefined);
  const { send, sending, problem } = useSend(
    (body: PersonChange) => api.PATCH("/v1/members/{member}/people/{person}", { params: { path: { member, person: id } }, body }),
    close,
  );
  return (
    <Dialog title={t("people.change")} onClose={close}>
      <Loaded query={query}>
        {({ items }) => {
          const person = items.find((other) => other.id === id);
          if (!person) return <Empty title="ui.missing" />;
          return (
            <Form
              fields={fields}
              initial={filledPerson(person)}
              submit={t("ui.save")}
              sending={sending}
              problem={problem}
              onSubmit={(filled) => send(changedPerson(filled))}
            />
          );
        }}
      </Loaded>
    </Dialog>
  );
}
