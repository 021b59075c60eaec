import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Statement } from "~/views/statement.tsx";
import { useOwn } from "../Frame.tsx";
import { PointTabs } from "../PointTabs.tsx";

export default function Points() {
  const { t } = useT();
  const query = $api.useQuery("get", "/v1/members/{member}/statement", { params: { path: { member: useOwn() } } });
  return (
    <Page title={t("portal.statement")}>
      <PointTabs />
      <Loaded query={query}>
        {({ units }) => {
          const moved = units.filter((unit) => unit.lines.length || unit.lots.length);
          return moved.length ? moved.map((unit) => <Statement key={unit.unit} of={unit} />) : <Empty title="portal.noPoints" />;
        }}
      </Loaded>
    </Page>
  );
}
