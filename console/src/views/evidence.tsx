import { useState } from "react";
import { api } from "~/api/client.ts";
import { useSend, type Once } from "~/api/send.ts";
import { uploadFile } from "~/api/upload.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { FileField } from "~/ui/FileField.tsx";
import { forget, Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";

export const EVIDENCE = ["licence", "name", "address", "legal_representative", "bank_account", "other"] as const;
const ACCEPT = "application/pdf,image/jpeg,image/png,image/webp,image/tiff";

type Asked = { field: string; value: string; expires_at: string | null; file: File | undefined };

/** A piece of evidence with the document or photograph that shows it. */
export function EvidenceForm({ member, id, camera, done }: { member: string; id: string; camera?: boolean; done: () => void }) {
  const { t } = useT();
  const draft = `evidence.${id}`;
  const [file, setFile] = useState<File>();
  const [gone, setGone] = useState(0);
  const [kept, setKept] = useState<{ of: File; id: string }>();
  const { send, sending, problem } = useSend(
    async ({ field, value, expires_at, file: chosen }: Asked, once: Once) => {
      let document = chosen && kept?.of === chosen ? kept.id : null;
      if (chosen && !document) {
        const sent = await uploadFile(member, chosen, chosen.name.slice(-200), `${once.headers["Idempotency-Key"]}-file`, setGone);
        if (!sent.data) return { error: sent.error, response: sent.response };
        document = sent.data.id;
        setKept({ of: chosen, id: document });
      }
      return api.POST("/v1/members/{member}/verifications/{case}/evidence", {
        params: { path: { member, case: id } },
        body: { field, value, source: "document", expires_at, file: document },
        ...once,
      });
    },
    () => {
      forget(draft);
      done();
    },
  );
  return (
    <div className="stack">
      <FileField
        label={t("verification.file")}
        hint={t("verification.fileHint")}
        accept={ACCEPT}
        camera={camera}
        disabled={sending}
        onFile={setFile}
      />
      {file && (
        <p className="any" role="status">
          {t("verification.chosen")} <bdi>{file.name}</bdi>
        </p>
      )}
      {sending && file && <Bar share={gone} label={t("verification.sending")} />}
      <Form
        draft={draft}
        fields={[
          {
            name: "field",
            label: t("verification.what"),
            kind: "select",
            required: true,
            options: EVIDENCE.map((value) => ({ value, label: t(`verification.field.${value}`) })),
          },
          { name: "value", label: t("verification.value"), hint: t("verification.valueHint"), required: true, max: 1000 },
          { name: "expires_at", label: t("verification.until"), hint: t("verification.untilEvidence"), kind: "instant" },
        ]}
        initial={{ field: "licence" }}
        submit={t("verification.addEvidence")}
        sending={sending}
        problem={problem}
        onSubmit={({ field = "", value = "", expires_at = "" }) =>
          send({ field, value: value.trim(), expires_at: instant(expires_at) ?? null, file })
        }
      />
    </div>
  );
}
