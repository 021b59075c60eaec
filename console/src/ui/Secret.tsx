import { Alert } from "@mantine/core";
import { Button } from "./Button.tsx";
import { useT } from "~/i18n/index.ts";
import { CopyButton } from "./CopyButton.tsx";

/** A secret that is shown this once. */
export function Secret({ secret, done }: { secret: string; done: () => void }) {
  const { t } = useT();
  return (
    <div className="stack">
      <Alert color="orange" variant="light" title={t("keys.once")}>
        {t("keys.onceHint")}
      </Alert>
      <p className="row">
        <code className="grow">{secret}</code>
        <CopyButton text={secret} />
      </p>
      <Button onClick={done}>{t("keys.kept")}</Button>
    </div>
  );
}
