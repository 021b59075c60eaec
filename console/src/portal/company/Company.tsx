import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "~/api/client.ts";
import { memberQuery, type Tagged } from "~/api/member.ts";
import type { Member } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { Completeness } from "~/views/completeness.tsx";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { Day, Money } from "~/ui/format.tsx";
import { Loaded } from "~/ui/states.tsx";
import { useOwn } from "../Frame.tsx";

export default function Company() {
  const { t } = useT();
  const query = useQuery(memberQuery(useOwn()));
  const may = useMay();
  return (
    <Page title={t("portal.company")}>
      <Loaded query={query}>
        {(tagged) => (
          <>
            <Card title={<bdi>{tagged.value.name}</bdi>}>
              <Completeness member={tagged.value.id} />
              <About member={tagged.value} />
            </Card>
            {may("change_profile") && (
              <Card title={t("portal.changeProfile")}>
                <Profile tagged={tagged} />
              </Card>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function About({ member }: { member: Member }) {
  const { t } = useT();
  return (
    <Pairs
      of={[
        [t("members.id"), <code key="id">{member.id}</code>],
        [t("members.registration_number"), member.registration_number],
        [t("members.country"), member.country],
        [t("members.region"), member.region],
        [t("members.industry"), member.industry],
        [t("members.employees"), member.employees],
        [t("members.parent"), member.parent],
        [
          t("members.credit_limit_minor"),
          member.credit_limit_minor != null && member.currency ? (
            <Money minor={member.credit_limit_minor} currency={member.currency} />
          ) : undefined,
        ],
        [t("members.registered_at"), member.registered_at && <Day at={member.registered_at} />],
      ]}
    />
  );
}

function Profile({ tagged: { value, etag } }: { tagged: Tagged<Member> }) {
  const { t } = useT();
  const [saved, setSaved] = useState(false);
  const { send, sending, problem } = useSend(
    (body: { region: string | null; industry: string | null; employees: number | null }) =>
      api.PATCH("/v1/members/{member}/profile", {
        params: { path: { member: value.id }, header: { "If-Match": etag } },
        body,
      }),
    () => setSaved(true),
  );
  return (
    <div className="stack">
      <Form
        fields={[
          { name: "region", label: t("members.region"), max: 200 },
          { name: "industry", label: t("members.industry"), max: 200 },
          { name: "employees", label: t("members.employees"), check: (typed) => /^\d{1,9}$/.test(typed) },
        ]}
        initial={{
          region: value.region ?? "",
          industry: value.industry ?? "",
          employees: String(value.employees ?? ""),
        }}
        submit={t("ui.save")}
        sending={sending}
        problem={problem}
        onSubmit={({ region, industry, employees }) => {
          setSaved(false);
          send({
            region: region?.trim() || null,
            industry: industry?.trim() || null,
            employees: employees ? Number(employees) : null,
          });
        }}
      />
      {saved && !problem && (
        <p role="status" className="chip ok">
          {t("ui.saved")}
        </p>
      )}
    </div>
  );
}
