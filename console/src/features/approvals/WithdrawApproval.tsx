import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { approvalPath } from "~/views/approval.tsx";

export default function WithdrawApproval() {
  const { t } = useT();
  const approval = useParam("approval");
  const go = useGo();
  const back = () => go(approvalPath(approval));
  const { send, sending, problem } = useSend(
    (_: null, once) => api.POST("/v1/approvals/{approval}/withdraw", { params: { path: { approval } }, ...once }),
    back,
  );
  return (
    <Dialog title={t("approvals.withdraw")} onClose={back}>
      <Form fields={[]} submit={t("approvals.withdraw")} danger sending={sending} problem={problem} onSubmit={() => send(null)}>
        <p>{t("approvals.withdrawHint")}</p>
      </Form>
    </Dialog>
  );
}
