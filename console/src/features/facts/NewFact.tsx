import { Alert, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { $api, api } from "~/api/client.ts";
import { KINDS } from "~/api/facts.gen.ts";
import type { Fact, NewFact as Body } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { forget, Form, type Field } from "~/ui/Form.tsx";
import { localInput } from "~/ui/format.tsx";
import { useAddress, useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { bodyOf, filledOf, fits } from "./body.ts";

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
const RETRACTED = "fact.retracted";

/** Says one thing that happened, or what is to stand in for a mistaken fact; the rules judge it at once. */
export default function NewFact() {
  const { t } = useT();
  const member = useParam("member");
  const go = useGo();
  const [{ corrects, kind }] = useAddress();
  const back = () => go(`/members/${encodeURIComponent(member)}/facts`);
  const mistaken = $api.useQuery(
    "get",
    "/v1/members/{member}/facts/{fact}",
    { params: { path: { member, fact: corrects ?? "" } } },
    { enabled: Boolean(corrects) },
  );
  return (
    <Dialog title={t(!corrects ? "facts.create" : kind === RETRACTED ? "facts.retract" : "facts.correct")} onClose={back}>
      {corrects ? (
        <Loaded query={mistaken}>{(fact) => <Say member={member} mistaken={fact} done={back} />}</Loaded>
      ) : (
        <Say member={member} done={back} />
      )}
    </Dialog>
  );
}

function Say({ member, mistaken, done }: { member: string; mistaken?: Fact; done: () => void }) {
  const { t, label } = useT();
  const [search, change] = useAddress();
  const kinds = mistaken ? [...new Set([mistaken.kind, RETRACTED])] : Object.keys(KINDS).filter((one) => one !== RETRACTED);
  const kind = search.kind && kinds.includes(search.kind) ? search.kind : mistaken ? mistaken.kind : "order.completed";
  const fields = KINDS[kind]!;
  const [now] = useState(() => localInput(new Date().toISOString()));
  // The id is made once for this form: a second press, or a second try after a lost answer, says the same fact again.
  const [id] = useState(() => `console:${crypto.randomUUID()}`);
  const draft = `fact.${mistaken?.id ?? member}.${kind}`;
  const { send, sending, problem, data } = useSend(
    (fact: Body, once) => api.POST("/v1/facts", { body: { facts: [fact] }, ...once }),
    ({ facts }) => {
      if (facts[0]?.outcome === "refused") return;
      forget(draft);
      done();
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
  const before =
    mistaken?.kind === kind && kind !== RETRACTED
      ? { ...filledOf(fields, mistaken.body as Record<string, unknown>), occurred_at: localInput(mistaken.occurred_at) }
      : undefined;
  // A field shows minutes: an instant that was left alone goes out as exactly as it came.
  const instantOf = (typed: string) => (mistaken && before?.occurred_at === typed ? mistaken.occurred_at : new Date(typed).toISOString());
  return (
    <div className="stack">
      {mistaken && (
        <p>
          {t(kind === RETRACTED ? "facts.retractHint" : "facts.correctHint")} <code className="any">{mistaken.id}</code>
        </p>
      )}
      <NativeSelect
        label={t("facts.kind")}
        value={kind}
        onChange={(event) => change({ kind: event.currentTarget.value })}
        data={kinds.map((value) => ({ value, label: label("kinds.", value) }))}
      />
      {refused && !problem && (
        <Alert color="red" variant="light" role="alert" title={t("facts.refused")}>
          {label("errors.", refused.code)}
          {refused.detail && (
            <p className="any" lang={refused.detail_language ?? undefined}>
              {refused.detail}
            </p>
          )}
        </Alert>
      )}
      <Form
        key={kind}
        draft={draft}
        fields={[{ name: "occurred_at", label: t("facts.occurred"), kind: "instant", required: true }, ...inputs]}
        initial={before ?? { occurred_at: now, currency: "CNY" }}
        submit={t(!mistaken ? "facts.create" : kind === RETRACTED ? "facts.retract" : "facts.correct")}
        danger={kind === RETRACTED}
        sending={sending}
        problem={problem}
        onSubmit={({ occurred_at = "", ...filled }) =>
          send({
            id,
            member,
            kind,
            occurred_at: instantOf(occurred_at),
            source: "console",
            body: bodyOf(fields, filled),
            ...(mistaken && { corrects: mistaken.id }),
          })
        }
      />
    </div>
  );
}
