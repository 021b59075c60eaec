import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { NativeSelect } from "@mantine/core";
import type { ImportKind } from "~/api/imports.gen.ts";
import { useSend } from "~/api/send.ts";
import { uploadImport } from "~/api/upload.ts";
import { useT } from "~/i18n/index.ts";
import { Bar } from "~/ui/Bar.tsx";
import { FileField } from "~/ui/FileField.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Failed } from "~/ui/states.tsx";
import { IMPORT_KINDS, prepare } from "./prepared.ts";
import { Steps } from "./Steps.tsx";

/** The first step: what the rows are about, and the file. */
export default function NewImport() {
  const { t } = useT();
  const navigate = useNavigate();
  const [kind, setKind] = useState<ImportKind>("orders");
  const [gone, setGone] = useState(0);
  const { send, sending, problem } = useSend(
    (file: File, { headers }) => uploadImport(file, file.name.slice(-100), headers["Idempotency-Key"], setGone),
    (upload, file) => {
      prepare(upload.id, { kind, name: file.name });
      void navigate({ to: `/imports/files/${upload.id}` as never, search: { kind } as never });
    },
  );
  return (
    <Page title={t("imports.new")}>
      <Steps at={0} />
      <Card>
        <div className="stack">
          <NativeSelect
            label={t("imports.kind")}
            description={t(`imports.kindHint.${kind}`)}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as ImportKind)}
            data={IMPORT_KINDS.map((value) => ({ value, label: t(`imports.kindOf.${value}`) }))}
          />
          <FileField
            label={t("imports.choose")}
            hint={t("imports.formats")}
            accept=".csv,.tsv,.txt,.gz,.xlsx,.parquet"
            disabled={sending}
            onFile={(file) => {
              setGone(0);
              send(file);
            }}
          />
          {sending && <Bar share={gone} label={t("imports.sending")} />}
          {problem && <Failed told={problem} />}
        </div>
      </Card>
    </Page>
  );
}
