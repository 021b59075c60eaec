import { Button } from "~/ui/Button.tsx";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { CopyButton } from "~/ui/CopyButton.tsx";
import { Form, type Filled } from "~/ui/Form.tsx";
import { QrCode } from "~/ui/QrCode.tsx";
import { proof, useProof } from "./proof.ts";

/** Sets a second factor up, or takes it away. */
export function Factor({ on, codes }: { on: boolean; codes: number }) {
  const { t } = useT();
  const asked = useProof();
  const begin = useSend((filled: Filled, once) => api.POST("/v1/session/second-factor", { body: proof(filled), ...once }));
  const confirm = useSend((body: { code: string }, once) => api.POST("/v1/session/second-factor/confirm", { body, ...once }), begin.reset);
  const remove = useSend(
    async (body: { code: string }, once) => ({
      ...(await api.POST("/v1/session/second-factor/remove", { body, ...once })),
      data: true,
    }),
    confirm.reset,
  );
  const code = (label: string) => [{ name: "code", label, required: true, auto: "one-time-code", max: 40 }];

  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} done={confirm.reset} />;
  if (on) {
    return (
      <div className="stack">
        <p>{t("account.codesLeft", { count: codes })}</p>
        <Form
          fields={code(t("account.lastCode"))}
          submit={t("account.remove")}
          danger
          sending={remove.sending}
          problem={remove.problem}
          onSubmit={({ code: typed = "" }) => remove.send({ code: typed.trim() })}
        />
      </div>
    );
  }
  if (begin.data) {
    return (
      <div className="stack">
        <p>{t("account.scan")}</p>
        <QrCode text={begin.data.url} label={t("account.qr")} />
        <p className="row small">
          <code>{begin.data.secret}</code>
          <CopyButton text={begin.data.secret} />
        </p>
        <Form
          fields={code(t("account.firstCode"))}
          submit={t("account.confirm")}
          sending={confirm.sending}
          problem={confirm.problem}
          onSubmit={({ code: typed = "" }) => confirm.send({ code: typed.trim() })}
        />
      </div>
    );
  }
  return (
    <div className="stack">
      <p className="dim">{t("account.why")}</p>
      <Form fields={[asked]} submit={t("account.setUp")} sending={begin.sending} problem={begin.problem} onSubmit={begin.send} />
    </div>
  );
}

function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useT();
  return (
    <div className="stack">
      <p>{t("account.codesOnce")}</p>
      <ul className="plain mono" style={{ columns: "34ch" }}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row">
        <CopyButton text={codes.join("\n")} />
        <Button onClick={done}>{t("account.codesKept")}</Button>
      </div>
    </div>
  );
}
