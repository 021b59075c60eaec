import { useQueryClient } from "@tanstack/react-query";
import type { Approval } from "~/api/schema.gen.ts";
import { useSend, type Once } from "~/api/send.ts";
import { useT, type Key } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { approvalPath } from "~/views/approval.tsx";

const REASON_MAX = 500;
type Props = {
  title: Key;
  hint: Key;
  required: boolean;
  danger?: boolean;
  call: (approval: string, reason: string, once: Once) => Promise<{ data?: Approval; error?: unknown; response: Response }>;
};

/** A decision with its reason. */
export function Decide({ title, hint, required, danger, call }: Props) {
  const { t } = useT();
  const approval = useParam("approval");
  const go = useGo();
  const back = () => go(approvalPath(approval));
  const queries = useQueryClient();
  const { send, sending, problem } = useSend((reason: string, once) => call(approval, reason, once), back);
  const close = () => {
    // Somebody else may have decided meanwhile.
    if (problem) void queries.invalidateQueries();
    back();
  };
  return (
    <Dialog title={t(title)} onClose={close}>
      <Form
        fields={[{ name: "reason", label: t("approvals.reason"), kind: "area", max: REASON_MAX, required }]}
        submit={t(title)}
        danger={danger}
        sending={sending}
        problem={problem}
        onSubmit={({ reason = "" }) => send(reason.trim())}
      >
        <p className="small dim">{t(hint)}</p>
      </Form>
    </Dialog>
  );
}
