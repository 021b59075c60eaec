import { api } from "~/api/client.ts";
import type { FourElements as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { AskRegistry, useCase } from "./AskRegistry.tsx";

/** Asks a register whether name, number, representative and telephone belong together. */
export default function FourElements() {
  const { t } = useT();
  const { path, back } = useCase();
  const { send, sending, problem } = useSend(
    (body: Asked, once) => api.POST("/v1/members/{member}/verifications/{case}/four-elements", { params: { path }, body, ...once }),
    back,
  );
  return (
    <AskRegistry
      title={t("verification.fourElements")}
      hint={t("verification.fourElementsHint")}
      fields={[
        { name: "name", label: t("members.name"), required: true, max: 200 },
        { name: "number", label: t("members.registration_number"), required: true, max: 64 },
        { name: "representative", label: t("verification.field.legal_representative"), required: true, max: 200 },
        { name: "phone", label: t("verification.phone"), required: true, max: 64 },
      ]}
      sending={sending}
      problem={problem}
      onSubmit={({ registry = "", name = "", number = "", representative = "", phone = "" }) =>
        send({ registry, name, number, representative, phone })
      }
    />
  );
}
