import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { Link, Outlet } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import type { NewConsent } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Failed, Loaded } from "~/ui/states.tsx";
import { CHANNELS, CONSENT_TEXT, Consents, given, PURPOSES } from "~/views/privacy.tsx";
import { useOwn } from "../Frame.tsx";

/** What one consents to, what is kept about one, and the way out. */
export default function Privacy() {
  const { t } = useT();
  const may = useMay();
  const member = useOwn();
  const query = $api.useQuery("get", "/v1/session/consents");
  // What was just ticked shows at once; when the server refuses it, what it has shows again.
  const [ticked, setTicked] = useState<Record<string, boolean>>({});
  const { send, problem } = useSend((body: NewConsent, once) => api.POST("/v1/session/consents", { body, ...once }));
  return (
    <Page title={t("privacy.title")}>
      <Card title={t("privacy.consent")}>
        <div className="stack">
          <p className="dim">{t("privacy.consentText")}</p>
          <Loaded query={query} lines={4}>
            {(said) => (
              <>
                {PURPOSES.map((purpose) => (
                  <fieldset key={purpose} className="picks">
                    <legend>{t(`privacy.purpose.${purpose}`)}</legend>
                    {CHANNELS.map((channel) => (
                      <Checkbox
                        key={channel}
                        label={t(`privacy.channel.${channel}`)}
                        checked={(problem ? undefined : ticked[`${purpose} ${channel}`]) ?? given(said, purpose, channel)}
                        onChange={(event) => {
                          setTicked({ ...ticked, [`${purpose} ${channel}`]: event.currentTarget.checked });
                          send({ purpose, channel, given: event.currentTarget.checked, text_version: CONSENT_TEXT });
                        }}
                      />
                    ))}
                  </fieldset>
                ))}
                {problem && <Failed told={problem} />}
                {said.history.length > 0 && (
                  <details>
                    <summary>{t("privacy.history")}</summary>
                    <Consents of={said.history} />
                  </details>
                )}
              </>
            )}
          </Loaded>
        </div>
      </Card>
      <Card title={t("privacy.kept")}>
        <div className="stack">
          <p className="dim">{t("privacy.keptHint")}</p>
          <div className="row">
            <Button component="a" variant="default" href="/v1/session/export" download>
              {t("privacy.exportOwn")}
            </Button>
            {may("export_member_data") && (
              <Button component="a" variant="default" href={`/v1/members/${encodeURIComponent(member)}/export`} download>
                {t("privacy.exportCompany")}
              </Button>
            )}
          </div>
        </div>
      </Card>
      <Card title={t("privacy.eraseOwn")}>
        <div className="stack">
          <p className="dim">{t("privacy.eraseOwnHint")}</p>
          <div className="row">
            <Button component={Link} variant="default" to="/portal/privacy/erase">
              {t("privacy.eraseOwn")}
            </Button>
          </div>
        </div>
      </Card>
      <Outlet />
    </Page>
  );
}
