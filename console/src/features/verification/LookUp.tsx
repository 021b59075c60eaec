import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { LookUp as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";

/** Asks a register what a number stands for; the answer becomes evidence. */
export default function LookUp() {
  const { t } = useT();
  const [member, id] = [useParam("member"), useParam("case")];
  const go = useGo();
  const back = () => go(`/verification/${encodeURIComponent(member)}/${id}`);
  const registries = $api.useQuery("get", "/v1/registries");
  const about = useQuery(memberQuery(member)).data?.value;
  const { send, sending, problem } = useSend(
    (body: Asked, once) =>
      api.POST("/v1/members/{member}/verifications/{case}/look-up", { params: { path: { member, case: id } }, body, ...once }),
    back,
  );
  return (
    <Dialog title={t("verification.lookUp")} onClose={back}>
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
                { name: "number", label: t("members.registration_number"), required: true, max: 64 },
              ]}
              initial={{ registry: items[0] ?? "", number: about?.registration_number ?? "" }}
              submit={t("verification.lookUp")}
              sending={sending}
              problem={problem}
              onSubmit={({ registry = "", number = "" }) => send({ registry, number: number.trim() })}
            />
          )
        }
      </Loaded>
    </Dialog>
  );
}
