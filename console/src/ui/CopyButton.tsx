import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "~/i18n/index.ts";
import { IconButton } from "./Button.tsx";

export function CopyButton({ text }: { text: string }) {
  const { t } = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <IconButton small aria-label={t(copied ? "ui.copied" : "ui.copy")} onClick={copy}>
      {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
    </IconButton>
  );
}
