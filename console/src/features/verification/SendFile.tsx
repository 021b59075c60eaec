import { useState } from "react";
import { useSend } from "~/api/send.ts";
import { uploadFile } from "~/api/upload.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { FileField } from "~/ui/FileField.tsx";
import { Failed } from "~/ui/states.tsx";

export function SendFile({ member }: { member: string }) {
  const { t } = useT();
  const [gone, setGone] = useState(0);
  const { send, sending, problem } = useSend((file: File, { headers }) =>
    uploadFile(member, file, file.name.slice(-200), headers["Idempotency-Key"], setGone),
  );
  return (
    <>
      <FileField
        label={t("verification.file")}
        hint={t("verification.fileHint")}
        accept="application/pdf,image/jpeg,image/png,image/webp,image/tiff"
        disabled={sending}
        onFile={(file) => {
          setGone(0);
          send(file);
        }}
      />
      {sending && <Bar share={gone} label={t("verification.sending")} />}
      {problem && <Failed told={problem} />}
    </>
  );
}
