import { Alert, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { api } from "~/api/client.ts";
import { KINDS } from "~/api/facts.gen.ts";
import type { NewFact as Body } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form, type Field } from "~/ui/Form.tsx";
import { localInput } from "~/ui/format.tsx";
import { useAddress, useGo, useParam } from "~/ui/route.ts";
import { bodyOf, fits } from "./body.ts";

const KIND = {
  text: "text",
  choice: "select",
  money: "amount",
  currency: "text",
  whole: "amount",
  decimal: "amount",
  instant: "instant",
  lines: "area",
} as const;

/** Says one thing that happened; the rules judge it at once. */
export default function NewFact() {
  const { t, label } = useT();
  const member = useParam("member");
  const go = useGo();
  const [search, change] = useAddress();
  const kind = search.kind && KINDS[search.kind] ? search.kind : "order.completed";
  const fields = KINDS[kind]!;
  const [now] = useState(() => localInput(new Date().toISOString()));
  // The id is made once for this form: a second press, or a second try after a lost answer, says the same fact again.
  const [id] = useState(() => `console:${crypto.randomUUID()}`);
  const draft = `fact.${member}.${kind}`;
  const back = () => go(`/members/${encodeURIComponent(member)}/facts`);
  const { send, sending, problem, data } = useSend(
    (fact: Body, once) => api.POST("/v1/facts", { body: { facts: [fact] }, ...once }),
    ({ facts }) => {
      if (facts[0]?.outcome === "refused") return;
      forget(draft);
      back();
    },
  );
  const refused = data?.facts[0]?.refusal;
  const inputs = fields.map((field): Field => ({
    name: field.name,
    label: label("facts.field.", field.name),
    kind: KIND[field.type],
    required: field.needed,
    max: field.max,
    check: fits(field),
    hint: field.type === "lines" ? t("facts.linesHint") : undefined,
    options: field.options?.map((value) => ({
      value,
      label: field.name === "role" ? label("chain.", value) : label(`facts.choice.${field.name}.`, value),
    })),
  }));
  return (
    <Dialog title={t("facts.create")} onClose={back}>
      <div className="stack">
        <NativeSelect
          label={t("facts.kind")}
          value={kind}
          onChange={(event) => change({ kind: event.currentTarget.value })}
          data={Object.keys(KINDS).map((value) => ({ value, label: label("kinds.", value) }))}
        />
        {refused && !problem && (
          <Alert color="red" variant="light" role="alert" title={t("facts.refused")}>
            {label("errors.", refused.code)}
            {refused.detail && (
              <p className="any" lang="en">
                {refused.detail}
              </p>
            )}
          </Alert>
        )}
        <Form
          key={kind}
          draft={draft}
          fields={[{ name: "occurred_at", label: t("facts.occurred"), kind: "instant", required: true }, ...inputs]}
          initial={{ occurred_at: now, currency: "CNY" }}
          submit={t("facts.create")}
          sending={sending}
          problem={problem}
          onSubmit={({ occurred_at = "", ...filled }) =>
            send({
              id,
              member,
              kind,
              occurred_at: new Date(occurred_at).toISOString(),
              source: "console",
              body: bodyOf(fields, filled),
            })
          }
        />
      </div>
    </Dialog>
  );
}
