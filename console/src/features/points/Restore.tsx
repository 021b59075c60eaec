import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useParam } from "~/ui/route.ts";
import { useFactChoice } from "./factChoice.ts";
import { useBack } from "./units.ts";

/** Undoes a redemption: the very lots it drew get back what it took. */
export default function Restore() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const redemptions = useFactChoice(member, ["points.spent", "benefit.used"]);
  const { send, sending, problem } = useSend(
    ({ redemption, amount }: { redemption: string; amount: number | null }, once) =>
      api.POST("/v1/members/{member}/redemptions/{redemption}/restore", {
        params: { path: { member, redemption } },
        body: { amount },
        ...once,
      }),
    back,
  );
  return (
    <Dialog title={t("points.restore")} onClose={back}>
      {redemptions.length === 0 ? (
        <p className="dim">{t("points.noRedemptions")}</p>
      ) : (
        <Form
          fields={[
            {
              name: "redemption",
              label: t("points.redemption"),
              kind: "select",
              required: true,
              options: redemptions,
            },
            {
              name: "amount",
              label: t("points.steps"),
              hint: t("points.partHint"),
              kind: "amount",
              check: (typed) => /^\d+$/.test(typed),
            },
          ]}
          initial={{ redemption: redemptions[0]?.value ?? "" }}
          submit={t("points.restore")}
          sending={sending}
          problem={problem}
          onSubmit={({ redemption = "", amount }) => send({ redemption, amount: amount ? Number(amount) : null })}
        />
      )}
    </Dialog>
  );
}
