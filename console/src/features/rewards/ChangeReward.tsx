import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import { rewardQuery } from "~/api/reward.ts";
import type { Reward, RewardChange } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";
import { changes, filledReward, useRewardFields } from "./fields.ts";

export default function ChangeReward() {
  const { t } = useT();
  const go = useGo();
  const back = () => go("/rewards");
  const query = useQuery(rewardQuery(useParam("reward")));
  return (
    <Dialog title={t("rewards.change")} onClose={back}>
      <Loaded query={query}>{(tagged) => <Change tagged={tagged} done={back} />}</Loaded>
    </Dialog>
  );
}

function Change({ tagged: { value, etag }, done }: { tagged: Tagged<Reward>; done: () => void }) {
  const { t } = useT();
  const { scale } = useProgramUnits().unit(value.unit);
  const draft = `reward.${value.id}`;
  const { send, sending, problem } = useSend(
    (body: RewardChange) =>
      api.PATCH("/v1/rewards/{reward}", { params: { path: { reward: value.id }, header: { "If-Match": etag } }, body }),
    () => {
      forget(draft);
      done();
    },
  );
  const before = filledReward(value, scale);
  return (
    <Form
      draft={draft}
      fields={useRewardFields(false)}
      initial={before}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send(changes(before, filled, scale))}
    />
  );
}
