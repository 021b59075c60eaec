import { api } from "~/api/client.ts";
import type { NewSpend } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useBack, useUnits } from "./units.ts";

export default function Spend() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const units = useUnits(member);
  const draft = `spend.${member}`;
  const { send, sending, problem } = useSend(
    (body: NewSpend, once) => api.POST("/v1/members/{member}/spends", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("points.spend")} onClose={back}>
      <Loaded query={units.query} lines={4}>
        {() => (
          <Form
            draft={draft}
            fields={[
              ...units.fields,
              { name: "reference", label: t("points.reference"), hint: t("points.referenceHint"), max: 128 },
              { name: "pool", label: t("points.pool"), kind: "switch" },
            ]}
            initial={{ unit: units.first }}
            submit={t("points.spend")}
            sending={sending}
            problem={problem}
            onSubmit={({ unit = "", amount, reference, pool }) =>
              send({
                unit,
                amount: units.amount(unit, amount),
                reference: reference?.trim() || null,
                pool: pool === "true",
              })
            }
          />
        )}
      </Loaded>
    </Dialog>
  );
}
