import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Mission } from "~/views/standing.tsx";
import { useOwn } from "../Frame.tsx";

export default function Missions() {
  const { t } = useT();
  const query = $api.useQuery("get", "/v1/members/{member}/missions", { params: { path: { member: useOwn() } } });
  return (
    <Page title={t("portal.missions")}>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? items.map((item) => <Mission key={item.mission.id} mission={item} />) : <Empty title="missions.none" />
        }
      </Loaded>
    </Page>
  );
}
