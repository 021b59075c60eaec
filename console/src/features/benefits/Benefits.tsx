import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { useParam } from "~/ui/route.ts";
import { Empty, Loaded } from "~/ui/states.tsx";
import { Benefit } from "~/views/standing.tsx";

export default function Benefits() {
  const { t } = useT();
  const may = useMay();
  const member = useParam("member");
  const about = useQuery(memberQuery(member)).data?.value;
  const query = $api.useQuery("get", "/v1/members/{member}/benefits", { params: { path: { member } } });
  const base = `/members/${encodeURIComponent(member)}/benefits`;
  return (
    <div className="stack wide">
      {may("grant_benefit") && (
        <div className="row noprint">
          <ButtonLink to={`${base}/grant`}>{t("benefits.grant")}</ButtonLink>
        </div>
      )}
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="benefits.none" />
          ) : (
            <div className="grid">
              {items.map((item) => (
                <Benefit
                  key={item.benefit.id}
                  benefit={item}
                  actions={
                    <>
                      {item.left && may("use_benefit", about) && (
                        <ButtonLink to={`${base}/${item.benefit.id}/use`} size="xs">
                          {t("benefits.use")}
                        </ButtonLink>
                      )}
                      {!item.by_tier && may("revoke_benefit") && (
                        <ButtonLink to={`${base}/${item.benefit.id}/revoke`} size="xs">
                          {t("benefits.revoke")}
                        </ButtonLink>
                      )}
                    </>
                  }
                />
              ))}
            </div>
          )
        }
      </Loaded>
      <Outlet />
    </div>
  );
}
