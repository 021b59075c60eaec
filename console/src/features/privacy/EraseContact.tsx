import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { contactQuery } from "~/api/member.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { EraseForm } from "~/views/privacy.tsx";

export default function EraseContact() {
  const { t } = useT();
  const [member, contact] = [useParam("member"), useParam("contact")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/contacts`);
  const query = useQuery(contactQuery(member, contact));
  const { send, sending, problem } = useSend(
    (why: string, once) =>
      api.POST("/v1/members/{member}/contacts/{contact}/erase", { params: { path: { member, contact } }, body: { why }, ...once }),
    back,
  );
  return (
    <Dialog title={t("privacy.erase")} onClose={back}>
      <Loaded query={query} lines={3}>
        {({ value }) => <EraseForm name={value.name || value.id} sending={sending} problem={problem} onErase={send} />}
      </Loaded>
    </Dialog>
  );
}
