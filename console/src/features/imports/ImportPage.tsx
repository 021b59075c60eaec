import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Quantity, When } from "~/ui/format.tsx";
import { Card, Page, Pairs } from "~/ui/Page.tsx";
import { useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { Reasons } from "./Imported.tsx";
import { StateChip } from "./StateChip.tsx";

/** One import: what it read, what it wrote, what it refused. */
export default function ImportPage() {
  const { t, label } = useT();
  const may = useMay();
  const id = useParam("import");
  const query = $api.useQuery("get", "/v1/imports/{import}", { params: { path: { import: id } } });
  return (
    <Page
      title={query.data?.files.join(", ") || id}
      under={<code className="dim">{id}</code>}
      actions={
        <>
          <ButtonLink to="/imports">{t("imports.all")}</ButtonLink>
          {query.data && query.data.state !== "undone" && may("undo_import") && (
            <ButtonLink to={`/imports/${id}/undo`}>{t("imports.undo")}</ButtonLink>
          )}
        </>
      }
    >
      <Loaded query={query}>
        {(one) => (
          <div className="grid broad">
            <Card title={label("imports.kindOf.", one.kind)} actions={<StateChip state={one.state} />}>
              <Pairs
                of={[
                  [t("imports.began"), <When key="began" at={one.began_at} />],
                  [t("imports.ended"), one.ended_at && <When at={one.ended_at} />],
                  [t("imports.undoneAt"), one.undone_at && <When at={one.undone_at} />],
                  ...(["lines", "accepted", "skipped", "rejected"] as const).map(
                    (key) => [t(`imports.${key}`), <Quantity key={key} value={one[key]} />] as const,
                  ),
                ]}
              />
            </Card>
            <Card title={t("imports.written")}>
              <Pairs
                of={[
                  [t("imports.membersCreated"), <Quantity key="mc" value={one.members[0] ?? 0} />],
                  [t("imports.membersChanged"), <Quantity key="mh" value={one.members[1] ?? 0} />],
                  [t("imports.contactsCreated"), <Quantity key="cc" value={one.contacts[0] ?? 0} />],
                  [t("imports.contactsChanged"), <Quantity key="ch" value={one.contacts[1] ?? 0} />],
                  ...Object.entries(one.facts).map(
                    ([kind, count]) => [label("kinds.", kind), <Quantity key={kind} value={count} />] as const,
                  ),
                ]}
              />
            </Card>
            {one.rejected > 0 && (
              <Card title={t("imports.refused")}>
                <Reasons reasons={one.reasons} />
              </Card>
            )}
          </div>
        )}
      </Loaded>
      <Outlet />
    </Page>
  );
}
