import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { EraseForm } from "~/views/privacy.tsx";

export default function EraseStaff() {
  const { t } = useT();
  const person = useParam("person");
  const go = useGo();
  const back = () => go("/staff");
  const query = $api.useQuery("get", "/v1/staff");
  const { send, sending, problem } = useSend(
    (why: string, once) => api.POST("/v1/staff/{person}/erase", { params: { path: { person } }, body: { why }, ...once }),
    back,
  );
  return (
    <Dialog title={t("privacy.erase")} onClose={back}>
      <Loaded query={query} lines={3}>
        {({ items }) => {
          const one = items.find(({ id }) => id === person);
          return one ? <EraseForm name={one.name} sending={sending} problem={problem} onErase={send} /> : <Empty title="ui.missing" />;
        }}
      </Loaded>
    </Dialog>
  );
}
