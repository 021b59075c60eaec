import { api } from "~/api/client.ts";
import type { NewReservation } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useBack, useUnits } from "./units.ts";

/** Sets units aside for a purchase that may still fail. */
export default function Reserve() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const units = useUnits(member);
  const draft = `reserve.${member}`;
  const { send, sending, problem } = useSend(
    (body: NewReservation, once) => api.POST("/v1/members/{member}/reservations", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("points.reserve")} onClose={back}>
      <Loaded query={units.query} lines={4}>
        {() => (
          <Form
            draft={draft}
            fields={[
              ...units.fields,
              { name: "reference", label: t("points.reference"), hint: t("points.referenceHint"), max: 128 },
              { name: "until", label: t("points.until"), kind: "instant" },
            ]}
            initial={{ unit: units.first }}
            submit={t("points.reserve")}
            sending={sending}
            problem={problem}
            onSubmit={({ unit = "", amount, reference, until }) =>
              send({
                unit,
                amount: units.amount(unit, amount),
                reference: reference?.trim() || null,
                until: instant(until ?? "") ?? null,
              })
            }
          />
        )}
      </Loaded>
    </Dialog>
  );
}
