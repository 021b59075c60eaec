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
import { changedPerson, filledPerson, MEMBER_ROLES, usePersonFields } from "~/views/person.tsx";

export default function ChangePerson() {
  const { t } = useT();
  const may = useMay();
  const [member, id] = [useParam("member"), useParam("person")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/people`);
  const query = $api.useQuery("get", "/v1/members/{member}/people", { params: { path: { member } } });
  const fields = usePersonFields(MEMBER_ROLES, undefined);
  const { send, sending, problem } = useSend(
    (body: PersonChange) => api.PATCH("/v1/members/{member}/people/{person}", { params: { path: { member, person: id } }, body }),
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
              {may("erase_person_data") && (
                <ButtonLink to={`/members/${encodeURIComponent(member)}/people/${encodeURIComponent(id)}/erase`}>
                  {t("privacy.erase")}
                </ButtonLink>
              )}
            </div>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
