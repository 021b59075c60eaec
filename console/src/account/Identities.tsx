import { useEffect, useRef, useState } from "react";
import { Alert } from "@mantine/core";
import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Card } from "~/ui/Page.tsx";
import { Loaded, useProblemText } from "~/ui/states.tsx";
import { Since } from "./Since.tsx";
import { takeHash } from "./enter.ts";

/** By whom identity providers know one: linked by going there and coming back, taken away after a question. */
export function Identities({ home }: { home: string }) {
  const { t } = useT();
  const text = useProblemText();
  const [refused] = useState(() => new URLSearchParams(takeHash()).get("problem"));
  const identities = $api.useQuery("get", "/v1/session/identities");
  const providers = $api.useQuery("get", "/v1/sign-in/providers").data?.items ?? [];
  // Whoever comes back from a provider sees at once why nothing was linked.
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (refused && identities.data) place.current?.scrollIntoView({ block: "center" });
  }, [refused, identities.data]);
  if (providers.length === 0 && !identities.data?.items.length) return null;
  return (
    <Card title={t("account.identities")}>
      <div className="stack" ref={place}>
        {refused && (
          <Alert color="red" variant="light" role="alert">
            {text({ code: refused })}
          </Alert>
        )}
        <p className="dim">{t("account.identitiesHint")}</p>
        <Loaded query={identities} lines={2}>
          {({ items }) => (
            <ul className="plain stack">
              {items.map(({ id, title, label, linked_at, used_at }) => (
                <li key={id} className="row apart">
                  <div className="grow">
                    <bdi className="any">{label ? `${title} · ${label}` : title}</bdi>
                    <Since word={t("account.linked")} at={linked_at} used={used_at} />
                  </div>
                  <ButtonLink to={`${home}/identities/${id}`} size="xs">
                    {t("account.unlink")}
                  </ButtonLink>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        <div className="row">
          {providers.map(({ name, title }) => (
            <ButtonLink key={name} to={`${home}/identities/new/${name}`}>
              {t("account.link", { title })}
            </ButtonLink>
          ))}
        </div>
      </div>
    </Card>
  );
}
