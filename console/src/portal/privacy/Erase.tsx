import { useNavigate } from "@tanstack/react-router";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { EraseForm } from "~/views/privacy.tsx";

export default function Erase() {
  const { t } = useT();
  const go = useNavigate();
  const me = useMe();
  const { send, sending, problem } = useSend(
    (why: string, once) => api.POST("/v1/session/erase", { body: { why }, ...once }),
    // Nobody is signed in any more.
    () => location.assign("/sign-in"),
  );
  return (
    <Dialog title={t("privacy.eraseOwn")} onClose={() => void go({ to: "/portal/privacy" as never })}>
      {me && <EraseForm name={me.person.name} sending={sending} problem={problem} onErase={send} />}
    </Dialog>
  );
}
