import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { Since } from "./Since.tsx";
import { known } from "./webauthn.ts";

/** The own passkeys: added, named and taken away. */
export function Passkeys({ home }: { home: string }) {
  const { t } = useT();
  const passkeys = $api.useQuery("get", "/v1/session/passkeys");
  if (!known() && !passkeys.data?.items.length) return null;
  return (
    <Card title={t("account.passkeys")} actions={known() && <ButtonLink to={`${home}/passkeys/new`}>{t("account.addPasskey")}</ButtonLink>}>
      <div className="stack">
        <p className="dim">{t("account.passkeysHint")}</p>
        <Loaded query={passkeys} lines={2}>
          {({ items }) => (
            <ul className="plain stack">
              {items.map(({ id, name, backed_up, added_at, used_at }) => (
                <li key={id} className="row apart">
                  <div className="grow">
                    <div className="row">
                      <bdi className="any">{name}</bdi>
                      {!backed_up && <Chip>{t("account.oneDevice")}</Chip>}
                    </div>
                    <Since word={t("account.added")} at={added_at} used={used_at} />
                  </div>
                  <div className="row">
                    <ButtonLink to={`${home}/passkeys/${id}`} size="xs">
                      {t("account.rename")}
                    </ButtonLink>
                    <ButtonLink to={`${home}/passkeys/${id}/remove`} size="xs">
                      {t("account.takeAway")}
                    </ButtonLink>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </div>
    </Card>
  );
}
