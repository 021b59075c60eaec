import { api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import type { NewDecision, VerificationCaseInFull } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { forget, Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";

/** Approves or refuses a case as it was read, with the reason that the company reads. */
export function Decide({ tagged: { value: one, etag } }: { tagged: Tagged<VerificationCaseInFull> }) {
  const { t } = useT();
  const draft = `decide.${one.id}`;
  const { send, sending, problem } = useSend(
    (body: NewDecision, { headers }) =>
      api.POST("/v1/members/{member}/verifications/{case}/decision", {
        params: { path: { member: one.member, case: one.id }, header: { "If-Match": etag } },
        body,
        headers,
      }),
    () => forget(draft),
  );
  return (
    <Form
      draft={draft}
      fields={[
        {
          name: "decision",
          label: t("verification.decision"),
          kind: "select",
          required: true,
          options: [
            { value: "approve", label: t("verification.approve") },
            { value: "refuse", label: t("verification.refuse") },
          ],
        },
        {
          name: "reason",
          label: t("verification.reason"),
          hint: t("verification.reasonHint"),
          kind: "area",
          required: true,
          max: 1000,
        },
        { name: "expires_at", label: t("verification.until"), hint: t("verification.untilHint"), kind: "instant" },
      ]}
      submit={t("verification.decide")}
      sending={sending}
      problem={problem}
      onSubmit={({ decision = "", reason = "", expires_at = "" }) =>
        send({ decision, reason: reason.trim(), expires_at: decision === "approve" ? (instant(expires_at) ?? null) : null })
      }
    />
  );
}
