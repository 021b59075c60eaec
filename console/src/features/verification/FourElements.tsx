import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { FourElements as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";

/** Asks a register whether name, number, representative and telephone belong together. */
export default function FourElements() {
  const { t } = useT();
  const [member, id] = [useParam("member"), useParam("case")];
  const go = useGo();
  const back = () => go(`/verification/${encodeURIComponent(member)}/${id}`);
  const registries = $api.useQuery("get", "/v1/registries");
  const about = useQuery(memberQuery(member)).data?.value;
  const { send, sending, problem } = useSend(
    (body: Asked, once) =>
      api.POST("/v1/members/{member}/verifications/{case}/four-elements", { params: { path: { member, case: id } }, body, ...once }),
    back,
  );
  return (
    <Dialog title={t("verification.fourElements")} onClose={back}>
      <Loaded query={registries} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{t("verification.noRegistry")}</p>
          ) : (
            <Form
              fields={[
                {
                  name: "registry",
                  label: t("verification.registry"),
                  kind: "select",
                  required: true,
                  options: items.map((value) => ({ value, label: value })),
                },
                { name: "name", label: t("members.name"), required: true, max: 200 },
                { name: "number", label: t("members.registration_number"), required: true, max: 64 },
                { name: "representative", label: t("verification.field.legal_representative"), required: true, max: 200 },
                { name: "phone", label: t("verification.phone"), required: true, max: 64 },
              ]}
              initial={{ registry: items[0] ?? "", name: about?.name ?? "", number: about?.registration_number ?? "" }}
              submit={t("verification.fourElements")}
              sending={sending}
              problem={problem}
              onSubmit={({ registry = "", name = "", number = "", representative = "", phone = "" }) =>
                send({ registry, name, number, representative, phone })
              }
            >
              <p className="small dim">{t("verification.fourElementsHint")}</p>
            </Form>
          )
        }
      </Loaded>
    </Dialog>
  );
}
