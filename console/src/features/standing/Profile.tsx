import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memberQuery } from "~/api/member.ts";
import { useT } from "~/i18n/index.ts";
import { Day, Money, Quantity } from "~/ui/format.tsx";
import { Card, Pairs } from "~/ui/Page.tsx";
import { Completeness } from "~/views/completeness.tsx";

/** Who the member is, as it is now. */
export function Profile({ member: id }: { member: string }) {
  const { t } = useT();
  const member = useQuery(memberQuery(id)).data?.value;
  if (!member) return null;
  const { parent, employees, credit_limit_minor: credit, currency } = member;
  return (
    <Card title={t("members.profile")}>
      <Completeness member={id} />
      <Pairs
        of={[
          [t("members.registration_number"), member.registration_number && <code>{member.registration_number}</code>],
          [t("members.country"), member.country],
          [t("members.region"), member.region],
          [t("members.industry"), member.industry],
          [t("members.employees"), employees != null && <Quantity value={employees} />],
          [t("members.account_manager"), member.account_manager],
          [
            t("members.parent"),
            parent && (
              <Link to={"/members/$member" as never} params={{ member: parent } as never}>
                {parent}
              </Link>
            ),
          ],
          [t("members.credit_limit_minor"), credit != null && currency && <Money minor={credit} currency={currency} />],
          [t("members.registered_at"), member.registered_at && <Day at={member.registered_at} />],
        ]}
      />
    </Card>
  );
}
