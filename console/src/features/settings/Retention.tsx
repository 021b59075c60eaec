import { Alert } from "@mantine/core";
import { useState } from "react";
import { $api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import type { Retention, RetentionPreview, Settings } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Confirm } from "~/ui/Confirm.tsx";
import { Form } from "~/ui/Form.tsx";
import { Quantity } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { Failed, Loaded } from "~/ui/states.tsx";
import { Saved } from "./Saved.tsx";
import { change, filledRetention, isDays, retentionOf, RULES } from "./settings.ts";

type Rules = Required<Retention>;

/** How long what names people is kept: typed, then seen for what it would erase, then saved. */
export function RetentionSettings({ value: { retention = {} }, etag }: Tagged<Settings>) {
  const { t } = useT();
  const may = useMay();
  const [asked, setAsked] = useState<Rules>();
  const [typed, setTyped] = useState<Rules>();
  const { send, sending, problem, data } = useSend(change(etag), () => {
    setAsked(undefined);
    setTyped(undefined);
  });
  const told = useTold();
  if (!may("change_settings")) return <Pairs of={told(retentionOf(filledRetention(retention)))} />;
  if (asked) {
    const back = () => {
      setTyped(asked);
      setAsked(undefined);
    };
    return <Preview asked={asked} sending={sending} problem={problem} onConfirm={() => send({ retention: asked })} onBack={back} />;
  }
  return (
    <Form
      fields={RULES.map((rule) => ({ name: rule, label: t(`settings.keep.${rule}`), hint: t(`settings.keepHint.${rule}`), check: isDays }))}
      initial={filledRetention(typed ?? retention)}
      submit={t("settings.preview")}
      onSubmit={(filled) => setAsked(retentionOf(filled))}
    >
      <p className="small dim">{t("settings.keepDays")}</p>
      <Saved shown={data !== undefined} />
    </Form>
  );
}

function useTold() {
  const { t } = useT();
  return (rules: Rules) =>
    RULES.map(
      (rule) => [t(`settings.keep.${rule}`), rules[rule] ? t("settings.days", { count: rules[rule] }) : t("settings.forEver")] as const,
    );
}

type Asking = { asked: Rules } & Pick<Parameters<typeof Confirm>[0], "sending" | "problem" | "onConfirm" | "onBack">;

function Preview({ asked, ...rest }: Asking) {
  const rules = Object.fromEntries(Object.entries(asked).filter(([, days]) => days !== null));
  // Looked at anew each time: it is what is decided by.
  const query = $api.useQuery("get", "/v1/settings/retention-preview", { params: { query: rules } }, { gcTime: 0, staleTime: 0 });
  return (
    <Loaded query={query} lines={3}>
      {(erases) => <Erases erases={erases} asked={asked} {...rest} />}
    </Loaded>
  );
}

/** What would be erased now; where that is something, one says that one knows it. */
export function Erases({ erases, asked, sending, problem, onConfirm, onBack }: Asking & { erases: RetentionPreview }) {
  const { t } = useT();
  const told = useTold();
  const counts = (["contacts", "people", "documents"] as const).map((key) => [t(`settings.erases.${key}`), erases[key]] as const);
  if (counts.every(([, count]) => count === 0)) {
    return (
      <Confirm of={told(asked)} submit={t("ui.save")} sending={sending} problem={problem} onConfirm={onConfirm} onBack={onBack}>
        <p role="status">{t("settings.erasesNothing")}</p>
      </Confirm>
    );
  }
  return (
    <div className="stack">
      <Pairs of={told(asked)} />
      <Alert color="red" variant="light" role="status" title={t("settings.erasesNow")}>
        <Pairs of={counts.map(([name, count]) => [name, count > 0 && <Quantity value={count} />])} />
      </Alert>
      {problem && <Failed told={problem} />}
      <Form
        fields={[
          {
            name: "understood",
            label: t("settings.understood"),
            kind: "switch",
            required: true,
            check: (typed) => typed === "true",
          },
        ]}
        submit={t("settings.saveAndErase")}
        danger
        sending={sending}
        onSubmit={onConfirm}
      />
      <div className="row">
        <Button variant="default" onClick={onBack}>
          {t("form.back")}
        </Button>
      </div>
    </div>
  );
}
