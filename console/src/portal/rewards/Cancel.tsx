import { useNavigate, useParams } from "@tanstack/react-router";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { EndOrder } from "~/views/reward.tsx";
import { useOwn } from "../Frame.tsx";

export default function Cancel() {
  const { t } = useT();
  const member = useOwn();
  const { order } = useParams({ strict: false }) as { order: string };
  const go = useNavigate();
  const back = () => void go({ to: "/portal/points/orders" as never, search: {} as never });
  return (
    <Dialog title={t("rewards.cancel")} onClose={back}>
      <EndOrder member={member} order={order} how="cancel" done={back} />
    </Dialog>
  );
}
