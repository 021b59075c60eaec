import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { TextInput } from "@mantine/core";
import { Button } from "~/ui/Button.tsx";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { CopyButton } from "~/ui/CopyButton.tsx";
import { instant, localInput, When } from "~/ui/format.tsx";
import { Chip, Page } from "~/ui/Page.tsx";
import { useAddress, useParam } from "~/ui/route.ts";
import { gone, Loaded } from "~/ui/states.tsx";
import { TabLinks } from "~/ui/TabLinks.tsx";

/** All about one member, as of now or of any day. */
export default function MemberPage() {
  const { t } = useT();
  const may = useMay();
  const id = useParam("member");
  const query = useQuery(memberQuery(id));
  const [{ as_of }, change] = useAddress();
  const base = `/members/${encodeURIComponent(id)}`;
  if (!query.data || gone(query.error)) {
    return (
      <Page title={id}>
        <Loaded query={query}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <Loaded query={query}>
      {({ value: member }) => {
        const tabs = [
          { to: base, label: t("members.overview"), exact: true, shown: true },
          { to: `${base}/timeline`, label: t("timeline.title"), shown: may("read_timeline", member) },
          { to: `${base}/orders`, label: t("orders.title"), shown: may("read_timeline", member) },
          { to: `${base}/points`, label: t("points.title"), shown: may("read_statement", member) },
          { to: `${base}/benefits`, label: t("benefits.title"), shown: may("list_benefits", member) },
          { to: `${base}/rewards`, label: t("rewards.orders"), shown: may("list_redemptions", member) },
          { to: `${base}/missions`, label: t("missions.title"), shown: may("list_missions", member) },
          { to: `${base}/contacts`, label: t("contacts.title"), shown: may("list_contacts", member) },
          { to: `${base}/facts`, label: t("facts.title"), shown: may("list_facts", member) },
          { to: `${base}/receipts`, label: t("receipts.title"), shown: may("read_standing", member) },
          { to: `${base}/verification`, label: t("verification.title"), shown: may("list_verifications", member) },
          { to: `${base}/companies`, label: t("members.companies"), shown: true },
          { to: `${base}/people`, label: t("people.title"), shown: may("list_people", member) },
          { to: `${base}/audit`, label: t("audit.title"), shown: may("list_audit") },
        ].filter((tab) => tab.shown);
        return (
          <Page
            title={member.name}
            under={
              <div className="row small dim">
                <span className="row" style={{ gap: 2 }}>
                  <code>{member.id}</code>
                  <CopyButton text={member.id} />
                </span>
                {member.region && <span>{member.region}</span>}
                {member.account_manager && (
                  <span>
                    {t("members.account_manager")} {member.account_manager}
                  </span>
                )}
              </div>
            }
            actions={
              <>
                <label className="asof">
                  {t("members.asOf")}
                  <TextInput
                    type="datetime-local"
                    value={localInput(as_of)}
                    onChange={(event) => change({ as_of: instant(event.currentTarget.value) })}
                  />
                </label>
                {may("merge_members", member) && (
                  <ButtonLink to="/merge" search={{ into: member.id }}>
                    {t("merges.open")}
                  </ButtonLink>
                )}
                {may("change_member", member) && <ButtonLink to={`${base}/edit`}>{t("members.change")}</ButtonLink>}
              </>
            }
          >
            {as_of && (
              <p className="row">
                <Chip tone="info">
                  {t("members.asOf")} <When at={as_of} />
                </Chip>
                <Button variant="default" size="xs" onClick={() => change({ as_of: undefined })}>
                  {t("members.now")}
                </Button>
              </p>
            )}
            <TabLinks label={member.name} tabs={tabs} />
            <Outlet />
          </Page>
        );
      }}
    </Loaded>
  );
}
