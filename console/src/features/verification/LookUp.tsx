import { api } from "~/api/client.ts";
import type { LookUp as Asked } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { AskRegistry, useCase } from "./AskRegistry.tsx";

/** Asks a register what a number stands for; the answer becomes evidence. */
export default function LookUp() {
  const { t } = useT();
  const { path, back } = useCase();
  const { send, sending, problem } = useSend(
    (body: Asked, once) => api.POST("/v1/members/{member}/verifications/{case}/look-up", { params: { path }, body, ...once }),
    back,
  );
  return (
    <AskRegistry
      title={t("verification.lookUp")}
      fields={[{ name: "number", label: t("members.registration_number"), required: true, max: 64 }]}
      sending={sending}
      problem={problem}
      onSubmit={({ registry = "", number = "" }) => send({ registry, number: number.trim() })}
    />
  );
}
