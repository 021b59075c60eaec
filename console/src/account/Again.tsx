import { useEffect, useState } from "react";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";

const PAUSE_S = 60;

/** Asks for another message, a minute after the one before at the earliest. */
export function Again({ after, sending, send }: { after: number; sending: boolean; send: () => void }) {
  const { t } = useT();
  const [now, setNow] = useState(after);
  useEffect(() => {
    const ticks = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticks);
  }, []);
  const left = Math.ceil((after - now) / 1000) + PAUSE_S;
  return (
    <Button variant="subtle" disabled={left > 0} loading={sending} onClick={send}>
      {left > 0 ? t("signUp.againIn", { seconds: left }) : t("signUp.again")}
    </Button>
  );
}
