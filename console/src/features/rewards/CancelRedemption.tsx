import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { EndOrder } from "~/views/reward.tsx";
import { orderPath } from "./orders.tsx";

export default function CancelRedemption() {
  const { t } = useT();
  const [member, id] = [useParam("member"), useParam("order")];
  const go = useGo();
  const back = () => go(orderPath({ member, id }));
  return (
    <Dialog title={t("rewards.cancel")} onClose={back}>
      <EndOrder member={member} order={id} how="cancel" required done={back} />
    </Dialog>
  );
}
