import { NativeSelect } from "@mantine/core";
import { $api, api } from "~/api/client.ts";
import type { Tagged } from "~/api/member.ts";
import type { VerificationCaseInFull } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay, useMe } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Failed } from "~/ui/states.tsx";

/** Who reviews a case. */
export function Assign({ tagged: { value: one, etag } }: { tagged: Tagged<VerificationCaseInFull> }) {
  const { t } = useT();
  const may = useMay();
  const me = useMe()?.person;
  const staff = $api.useQuery("get", "/v1/staff", {}, { enabled: may("list_staff") });
  const { send, sending, problem } = useSend((reviewer: string | null) =>
    api.PUT("/v1/members/{member}/verifications/{case}/reviewer", {
      params: { path: { member: one.member, case: one.id }, header: { "If-Match": etag } },
      body: { reviewer },
    }),
  );
  const known = new Map((staff.data?.items ?? (me ? [me] : [])).map((person) => [person.id, person.name]));
  if (one.reviewer && !known.has(one.reviewer)) known.set(one.reviewer, one.reviewer);
  return (
    <>
      <NativeSelect
        label={t("verification.reviewer")}
        value={one.reviewer ?? ""}
        disabled={sending}
        onChange={(event) => send(event.currentTarget.value || null)}
        data={[
          { value: "", label: t("verification.nobody") },
          ...[...known].map(([value, name]) => ({ value, label: value === me?.id ? `${name} (${t("verification.me")})` : name })),
        ]}
      />
      {problem && <Failed told={problem} />}
    </>
  );
}
