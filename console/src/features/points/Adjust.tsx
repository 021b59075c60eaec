import { api } from "~/api/client.ts";
import type { NewAdjustment } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { useParam } from "~/ui/route.ts";
import { useBack, useUnits } from "./units.ts";

/** Staff add or take units, with a reason that stays on record. */
export default function Adjust() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const units = useUnits(member);
  const draft = `adjust.${member}`;
  const { send, sending, problem } = useSend(
    (body: NewAdjustment, once) => api.POST("/v1/members/{member}/adjustments", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("points.adjust")} onClose={back}>
      <Form
        key={units.first}
        draft={draft}
        fields={[
          units.fields[0]!,
          { ...units.fields[1]!, hint: t("points.adjustHint") },
          { name: "reason", label: t("points.reason"), kind: "area", required: true, max: 300 },
          { name: "expires_at", label: t("points.expires"), kind: "instant" },
        ]}
        initial={{ unit: units.first }}
        submit={t("points.adjust")}
        sending={sending}
        problem={problem}
        onSubmit={({ unit = "", amount, reason = "", expires_at }) =>
          send({
            unit,
            amount: units.amount(unit, amount),
            reason: reason.trim(),
            expires_at: instant(expires_at ?? "") ?? null,
          })
        }
      />
    </Dialog>
  );
}
