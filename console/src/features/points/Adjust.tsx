import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asksForTwo, waits } from "~/api/approval.ts";
import { $api, api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { entries, programQuery } from "~/api/program.ts";
import type { Approval, NewAdjustment } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Confirm } from "~/ui/Confirm.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { instant, Quantity, When } from "~/ui/format.tsx";
import { useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { Waits } from "~/views/approval.tsx";
import { useNames } from "~/views/names.tsx";
import { worth } from "./worth.ts";
import { useBack, useUnits } from "./units.ts";

/** Staff add or take units, with a reason that stays on record: first what it comes to, then the fact. */
export default function Adjust() {
  const { t } = useT();
  const member = useParam("member");
  const back = useBack(member);
  const units = useUnits(member);
  const [asked, setAsked] = useState<NewAdjustment>();
  const [waiting, setWaiting] = useState<Approval>();
  const draft = `adjust.${member}`;
  const { send, sending, problem } = useSend(
    (body: NewAdjustment, once) => api.POST("/v1/members/{member}/adjustments", { params: { path: { member } }, body, ...once }),
    (answer) => {
      forget(draft);
      if (waits(answer)) setWaiting(answer);
      else back();
    },
  );
  return (
    <Dialog title={t("points.adjust")} onClose={back}>
      {waiting ? (
        <Waits approval={waiting} />
      ) : asked ? (
        <Preview
          member={member}
          asked={asked}
          sending={sending}
          problem={problem}
          onConfirm={() => send(asked)}
          onBack={() => setAsked(undefined)}
        />
      ) : (
        <Loaded query={units.query} lines={4}>
          {() => (
            <Form
              draft={draft}
              fields={[
                units.fields[0]!,
                { ...units.fields[1]!, hint: t("points.adjustHint") },
                { name: "reason", label: t("points.reason"), kind: "area", required: true, max: 300 },
                { name: "expires_at", label: t("points.expires"), kind: "instant" },
              ]}
              initial={{ unit: units.first }}
              submit={t("points.preview")}
              onSubmit={({ unit = "", amount, reason = "", expires_at }) =>
                setAsked({
                  unit,
                  amount: units.amount(unit, amount),
                  reason: reason.trim(),
                  expires_at: instant(expires_at ?? "") ?? null,
                })
              }
            />
          )}
        </Loaded>
      )}
    </Dialog>
  );
}

type Asking = { member: string; asked: NewAdjustment } & Omit<Parameters<typeof Confirm>[0], "of" | "submit" | "children">;

function Preview({ member, asked, ...rest }: Asking) {
  const { t } = useT();
  const names = useNames();
  const about = useQuery(memberQuery(member)).data?.value;
  const may = useMay();
  const settings = $api.useQuery("get", "/v1/settings", undefined, { enabled: may("read_settings") });
  const two = asksForTwo(settings.data?.approvals?.adjustments_above ?? {}, asked.unit, asked.amount);
  const balance = $api
    .useQuery("get", "/v1/members/{member}/balances", { params: { path: { member } } })
    .data?.items.find(({ unit }) => unit.id === asked.unit);
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  const unit = document && entries(document, "unit").find(({ id }) => id === asked.unit);
  const [scale, available] = [balance?.scale ?? 0, balance?.available ?? 0];
  const cost = worth(asked.amount, scale, String(unit?.cost ?? "0"));
  return (
    <Confirm
      {...rest}
      of={[
        [t("people.member"), <bdi key="member">{about?.name ?? member}</bdi>],
        [t("points.unit"), names("unit", balance?.unit ?? asked.unit)],
        [t("points.change"), <Quantity key="change" value={asked.amount} scale={scale} signed />],
        [t("points.now"), <Quantity key="now" value={available} scale={scale} />],
        [t("points.after"), <Quantity key="after" value={available + asked.amount} scale={scale} />],
        [t("points.worth"), cost && `${cost} ${String(document?.currency ?? "")}`],
        [t("points.expires"), asked.amount > 0 && (asked.expires_at ? <When at={asked.expires_at} /> : t("points.asUnit"))],
        [t("points.reason"), <bdi key="reason">{asked.reason}</bdi>],
      ]}
      submit={t("points.adjust")}
    >
      {available + asked.amount < 0 && <p className="chip free warn">{t("points.below")}</p>}
      {two && <p className="chip free info">{t("approvals.needed")}</p>}
      <p className="small dim">{t("points.adjustFact")}</p>
    </Confirm>
  );
}
