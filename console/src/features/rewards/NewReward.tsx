import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { programQuery } from "~/api/program.ts";
import type { NewReward as Body } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";
import { rewardOf, useRewardFields } from "./fields.ts";

const DRAFT = "new-reward";

export default function NewReward() {
  const { t } = useT();
  const go = useGo();
  const back = () => go("/rewards");
  const program = useQuery(programQuery);
  const { units, unit } = useProgramUnits();
  const fields = useRewardFields(true);
  const { send, sending, problem } = useSend(
    (body: Body, once) => api.POST("/v1/rewards", { body, ...once }),
    () => {
      forget(DRAFT);
      back();
    },
  );
  return (
    <Dialog title={t("rewards.create")} onClose={back}>
      <Loaded query={program} lines={8}>
        {() => (
          <Form
            draft={DRAFT}
            fields={fields}
            initial={{ unit: units[0]?.id ?? "" }}
            submit={t("rewards.create")}
            sending={sending}
            problem={problem}
            onSubmit={(filled) => {
              const of = filled.unit ?? "";
              send({ ...rewardOf(filled, unit(of).scale), unit: of, id: filled.id?.trim() || null });
            }}
          />
        )}
      </Loaded>
    </Dialog>
  );
}
