import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "~/api/client.ts";
import { hindrance, most, rewardQuery } from "~/api/reward.ts";
import type { NewOrder, Reward } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay, useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Confirm } from "~/ui/Confirm.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form, type Field } from "~/ui/Form.tsx";
import { formatSteps, Quantity } from "~/ui/format.tsx";
import { Loaded } from "~/ui/states.tsx";
import { useContactChoice } from "~/views/person.tsx";
import { Units } from "~/views/reward.tsx";
import { useOwn } from "../Frame.tsx";
import { useOrderer, useOwnOrders } from "./orderer.ts";

export default function Redeem() {
  const { t } = useT();
  const { reward } = useParams({ strict: false }) as { reward: string };
  const go = useNavigate();
  const query = useQuery(rewardQuery(reward));
  const who = useOrderer();
  return (
    <Dialog title={query.data?.value.name ?? t("rewards.redeem")} onClose={() => void go({ to: "/portal/points/rewards" as never })}>
      <Loaded query={query} lines={4}>
        {({ value }) => (
          <Loaded query={who.query} lines={4}>
            {() => <Asking reward={value} />}
          </Loaded>
        )}
      </Loaded>
    </Dialog>
  );
}

/** How many and where to; then all of it once more, because units are set aside at once. */
function Asking({ reward }: { reward: Reward }) {
  const [asked, setAsked] = useState<NewOrder>();
  return asked ? (
    <Sure reward={reward} asked={asked} back={() => setAsked(undefined)} />
  ) : (
    <Wish reward={reward} onAsk={setAsked} draft={draftOf(reward)} />
  );
}

const draftOf = (reward: Reward) => `redeem.${reward.id}`;

function Wish({ reward, draft, onAsk }: { reward: Reward; draft: string; onAsk: (order: NewOrder) => void }) {
  const { t } = useT();
  const member = useOwn();
  const who = useOrderer();
  const before = useOwnOrders().data?.items.find((order) => order.deliver_to);
  const own = useMe()?.person.contact;
  const may = useMay();
  // Where something goes is kept with a contact: one's own, or one that is chosen by who may read them.
  const contacts = useContactChoice(member, !own && may("list_contacts"));
  const orderer = who.of(reward);
  const limit = most(reward, orderer);
  const why = hindrance(reward, orderer);
  if (why === "soldOut" || limit === 0) return <p>{why === "soldOut" ? t("rewards.why.soldOut") : t("errors.not-offered")}</p>;
  const fields: Field[] = [
    {
      name: "quantity",
      label: t("rewards.quantity"),
      hint: t("rewards.mostHint", { most: limit }),
      kind: "amount",
      required: true,
      check: (typed) => /^\d{1,4}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= limit,
    },
  ];
  if (contacts.length > 0) fields.push({ name: "contact", label: t("rewards.contact"), kind: "select", required: true, options: contacts });
  const sent = own || contacts.length > 0;
  if (sent) fields.push({ name: "deliver_to", label: t("rewards.deliverTo"), hint: t("rewards.deliverHint"), kind: "area", max: 500 });
  return (
    <div className="stack">
      <p>
        <Units value={reward.price} unit={who.unit(reward.unit)} />
      </p>
      <Form
        draft={draft}
        fields={fields}
        initial={{ quantity: "1", contact: before?.contact ?? contacts[0]?.value ?? "", deliver_to: before?.deliver_to ?? "" }}
        submit={t("rewards.continue")}
        onSubmit={({ quantity, contact, deliver_to }) =>
          onAsk({ reward: reward.id, quantity: Number(quantity), contact: contact || null, deliver_to: deliver_to?.trim() || null })
        }
      >
        {!sent && <p className="dim">{t("rewards.noAddress")}</p>}
      </Form>
    </div>
  );
}

function Sure({ reward, asked, back }: { reward: Reward; asked: NewOrder; back: () => void }) {
  const { t, language } = useT();
  const member = useOwn();
  const go = useNavigate();
  const who = useOrderer();
  const { send, sending, problem } = useSend(
    (body: NewOrder, once) => api.POST("/v1/members/{member}/redemption-orders", { params: { path: { member } }, body, ...once }),
    () => {
      forget(draftOf(reward));
      void go({ to: "/portal/points/orders" as never, search: { placed: reward.id } as never });
    },
  );
  const unit = who.unit(reward.unit);
  const cost = reward.price * (asked.quantity ?? 1);
  return (
    <Confirm
      of={[
        [t("rewards.quantity"), <Quantity key="quantity" value={asked.quantity ?? 1} />],
        [t("rewards.cost"), <Units key="cost" value={cost} unit={unit} />],
        [t("rewards.remains"), <Units key="remains" value={who.of(reward).available - cost} unit={unit} />],
        [
          t("rewards.deliverTo"),
          asked.deliver_to && (
            <bdi className="any" style={{ whiteSpace: "pre-line" }}>
              {asked.deliver_to}
            </bdi>
          ),
        ],
      ]}
      submit={t("rewards.confirmed", { amount: `${formatSteps(cost, unit.scale, language)} ${unit.name}` })}
      sending={sending}
      problem={problem}
      onConfirm={() => send(asked)}
      onBack={back}
    />
  );
}
