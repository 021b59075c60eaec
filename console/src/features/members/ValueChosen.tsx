import { useContext, useState } from "react";
import { $api, api } from "~/api/client.ts";
import { sent, valueChange, valueOf, type Value } from "~/api/custom.ts";
import type { CustomChanges, CustomField } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Confirm } from "~/ui/Confirm.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { useGo } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { useShown, useValueInput } from "~/views/custom.tsx";
import { Chosen } from "./chosen.ts";
import { CustomOutcome } from "./CustomOutcome.tsx";

/** Gives the members that are chosen a value of a custom field: seen before it is done, all or none, and put back if it was a mistake. */
export default function ValueChosen() {
  const { t } = useT();
  const go = useGo();
  const chosen = useContext(Chosen);
  const fields = $api.useQuery("get", "/v1/custom-fields");
  return (
    <Dialog title={t("custom.valueChosen")} onClose={() => go("/members")}>
      {chosen.length === 0 ? (
        <Empty title="bulk.none" />
      ) : (
        <Loaded query={fields} lines={3}>
          {({ items }) => (items.length > 0 ? <Give fields={items} close={() => go("/members")} /> : <Empty title="custom.noFields" />)}
        </Loaded>
      )}
    </Dialog>
  );
}

const SHOWN = 20;

function Give({ fields, close }: { fields: CustomField[]; close: () => void }) {
  const { t } = useT();
  const chosen = useContext(Chosen);
  // What they had is what is put back: the list behind is read again once it is done.
  const [members] = useState(chosen);
  const [filled, setFilled] = useState<Filled>({});
  const [asked, setAsked] = useState<{ field: CustomField; value: Value }>();
  const inputOf = useValueInput();
  const shown = useShown();
  const { send, sending, problem, data } = useSend((body: CustomChanges, once) => api.POST("/v1/custom-changes", { body, ...once }));
  if (!asked)
    return (
      <Form
        fields={[
          {
            name: "field",
            label: t("custom.field"),
            kind: "select",
            required: true,
            options: fields.map(({ id, name }) => ({ value: id, label: name })),
          },
          ...fields.map((field) => {
            const input = inputOf(field);
            const hint = [input.hint, t("bulk.emptyHint")].filter(Boolean).join(" ");
            return { ...input, hint, shown: (of: Filled) => of.field === field.id };
          }),
        ]}
        initial={{ field: fields[0]!.id, ...filled }}
        submit={t("points.preview")}
        onSubmit={(typed) => {
          const field = fields.find(({ id }) => id === typed.field)!;
          setFilled(typed);
          setAsked({ field, value: sent(field, typed[`value.${field.id}`]?.trim() ?? "") });
        }}
      >
        <p>{t("bulk.chosen", { count: members.length })}</p>
      </Form>
    );
  const { field, value } = asked;
  const { change, changed, back } = valueChange(members, field.id, value);
  if (data) return <CustomOutcome came={data} back={back} close={close} />;
  return (
    <Confirm
      of={[
        [t("custom.field"), <bdi key="field">{field.name}</bdi>],
        [t("bulk.after"), shown(field, value) ?? t("bulk.nothing")],
        [t("bulk.same"), changed.length < members.length && members.length - changed.length],
      ]}
      submit={t("bulk.run", { count: changed.length })}
      sending={sending}
      problem={problem}
      onConfirm={() => send(change)}
      onBack={() => setAsked(undefined)}
    >
      <ul className="plain stack tight small">
        {changed.slice(0, SHOWN).map((member) => (
          <li key={member.id} className="any">
            <bdi>{member.name}</bdi> <code>{member.id}</code>: <s>{shown(field, valueOf(member, field.id)) ?? "–"}</s> →{" "}
            {shown(field, value) ?? "–"}
          </li>
        ))}
        {changed.length > SHOWN && <li className="dim">{t("bulk.more", { count: changed.length - SHOWN })}</li>}
      </ul>
    </Confirm>
  );
}
