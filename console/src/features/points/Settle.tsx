import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useParam } from "~/ui/route.ts";
import { useFactChoice } from "./factChoice.ts";
import { useBack } from "./units.ts";

type How = { reservation: string; how: string; amount: number | null };

/** The second phase: what was set aside is spent, or is free again. */
export default function Settle() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const reservations = useFactChoice(member, ["points.reserved"]);
  const { send, sending, problem } = useSend(({ reservation, how, amount }: How, once) => {
    const params = { path: { member, reservation } };
    return how === "commit"
      ? api.POST("/v1/members/{member}/reservations/{reservation}/commit", { params, body: { amount }, ...once })
      : api.POST("/v1/members/{member}/reservations/{reservation}/cancel", { params, body: {}, ...once });
  }, back);
  return (
    <Dialog title={t("points.settle")} onClose={back}>
      {reservations.length === 0 ? (
        <p className="dim">{t("points.noReservations")}</p>
      ) : (
        <Form
          fields={[
            {
              name: "reservation",
              label: t("points.reservation"),
              kind: "select",
              required: true,
              options: reservations,
            },
            {
              name: "how",
              label: t("points.how"),
              kind: "select",
              required: true,
              options: [
                { value: "commit", label: t("points.commit") },
                { value: "cancel", label: t("points.cancel") },
              ],
            },
            {
              name: "amount",
              label: t("points.steps"),
              hint: t("points.partHint"),
              kind: "amount",
              check: (typed) => /^\d+$/.test(typed),
            },
          ]}
          initial={{ reservation: reservations[0]?.value ?? "", how: "commit" }}
          submit={t("points.settle")}
          sending={sending}
          problem={problem}
          onSubmit={({ reservation = "", how = "", amount }) => send({ reservation, how, amount: amount ? Number(amount) : null })}
        />
      )}
    </Dialog>
  );
}
