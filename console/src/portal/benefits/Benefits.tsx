import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { Page } from "~/ui/Page.tsx";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Benefit } from "~/views/standing.tsx";
import { useOwn } from "../Frame.tsx";

export default function Benefits() {
  const { t } = useT();
  const query = $api.useQuery("get", "/v1/members/{member}/benefits", { params: { path: { member: useOwn() } } });
  return (
    <Page title={t("portal.benefits")}>
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            items.map((item) => <Benefit key={item.benefit.id} benefit={item} />)
          ) : (
            <Empty title="portal.noBenefits">
              <p>{t("portal.noBenefitsWhy")}</p>
            </Empty>
          )
        }
      </Loaded>
    </Page>
  );
}
