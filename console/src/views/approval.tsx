import { Alert } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ApprovalState } from "~/api/approval.ts";
import type { Approval } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Chip, type Tone } from "~/ui/Page.tsx";

const TONES: Record<ApprovalState, Tone> = { open: "wait", approved: "ok", refused: "bad", withdrawn: "none" };

export function ApprovalChip({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state as ApprovalState]}>{label("approvals.state.", state)}</Chip>;
}

export const approvalPath = (id: string) => `/approvals/${encodeURIComponent(id)}`;

/** Says that nothing is done yet: it waits for a second person, and where. */
export function Waits({ approval }: { approval: Approval }) {
  const { t } = useT();
  return (
    <Alert color="blue" variant="light" role="status" title={t("approvals.waits")}>
      <div className="stack">
        <p>{t("approvals.waitsWhy")}</p>
        <p>
          <Link to={approvalPath(approval.id) as never} search={{} as never}>
            {t("approvals.look")}
          </Link>
        </p>
      </div>
    </Alert>
  );
}
