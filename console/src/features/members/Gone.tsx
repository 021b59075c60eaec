import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memberQuery } from "~/api/member.ts";
import { useT } from "~/i18n/index.ts";
import { Name, Page } from "~/ui/Page.tsx";
import { Empty } from "~/ui/states.tsx";

/** Says that the member was merged into another one, who goes on, and leads there. */
export function Gone({ id, instead }: { id: string; instead: string }) {
  const { t } = useT();
  const name = useQuery(memberQuery(instead)).data?.value.name;
  return (
    <Page title={id}>
      <Empty title="errors.member-merged">
        <p>{t("merges.gone")}</p>
        <p>
          <Link to={"/members/$member" as never} params={{ member: instead } as never} search={{} as never}>
            <Name>{name ?? instead}</Name>
          </Link>{" "}
          <code>{instead}</code>
        </p>
      </Empty>
    </Page>
  );
}
