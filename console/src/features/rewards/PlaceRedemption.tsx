import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { NewOrder } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { formatSteps } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useContactChoice } from "~/views/person.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";

/** Staff order a reward for a member, which pays for it. */
export default function PlaceRedemption() {
  const { t, language } = useT();
  const may = useMay();
  const member = useParam("member");
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/rewards`);
  const about = useQuery(memberQuery(member)).data?.value;
  const rewards = $api.useQuery("get", "/v1/rewards", { params: { query: { limit: 200 } } });
  const contacts = useContactChoice(member, may("list_contacts", about));
  const { unit } = useProgramUnits();
  const draft = `redemption.${member}`;
  const { send, sending, problem } = useSend(
    (body: NewOrder, once) => api.POST("/v1/members/{member}/redemption-orders", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draft);
      back();
    },
  );
  return (
    <Dialog title={t("rewards.place")} onClose={back}>
      <Loaded query={rewards} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="rewards.none" />
          ) : (
            <Form
              draft={draft}
              fields={[
                {
                  name: "reward",
                  label: t("rewards.reward"),
                  kind: "select",
                  required: true,
                  options: items.map((one) => ({
                    value: one.id,
                    label: `${one.name} · ${formatSteps(one.price, unit(one.unit).scale, language)} ${unit(one.unit).name}`,
                  })),
                },
                {
                  name: "quantity",
                  label: t("rewards.quantity"),
                  kind: "amount",
                  required: true,
                  check: (typed) => /^\d{1,4}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 1000,
                },
                {
                  name: "contact",
                  label: t("rewards.contact"),
                  hint: t("rewards.contactHint"),
                  kind: "select",
                  options: contacts,
                },
                { name: "deliver_to", label: t("rewards.deliverTo"), hint: t("rewards.deliverHint"), kind: "area", max: 500 },
              ]}
              initial={{ reward: items[0]!.id, quantity: "1" }}
              submit={t("rewards.place")}
              sending={sending}
              problem={problem}
              onSubmit={({ reward = "", quantity, contact, deliver_to }) =>
                send({ reward, quantity: Number(quantity), contact: contact || null, deliver_to: deliver_to?.trim() || null })
              }
            />
          )
        }
      </Loaded>
    </Dialog>
  );
}
