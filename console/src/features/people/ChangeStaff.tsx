import { $api, api } from "~/api/client.ts";
import type { PersonChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { changedPerson, filledPerson, STAFF_ROLES, usePersonFields } from "~/views/person.tsx";

export default function ChangeStaff() {
  const { t } = useT();
  const may = useMay();
  const id = useParam("person");
  const go = useGo();
  const back = () => go("/staff");
  const query = $api.useQuery("get", "/v1/staff");
  const fields = usePersonFields(STAFF_ROLES, undefined);
  const { send, sending, problem } = useSend(
    (body: PersonChange) => api.PATCH("/v1/staff/{person}", { params: { path: { person: id } }, body }),
    back,
  );
  return (
    <Dialog title={t("people.change")} onClose={back}>
      <Loaded query={query}>
        {({ items }) => {
          const person = items.find((other) => other.id === id);
          if (!person) return <Empty title="ui.missing" />;
          return (
            <div className="stack wide">
              <Form
                fields={fields}
                initial={filledPerson(person)}
                submit={t("ui.save")}
                sending={sending}
                problem={problem}
                onSubmit={(filled) => send(changedPerson(filled))}
              />
              {person.state === "disabled" && may("erase_staff_data") && (
                <ButtonLink to={`/staff/${encodeURIComponent(id)}/erase`}>{t("privacy.erase")}</ButtonLink>
              )}
            </div>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
