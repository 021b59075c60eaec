import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { contactQuery, memberQuery } from "~/api/member.ts";
import type { NewConsent } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { CHANNELS, Consents, PURPOSES } from "~/views/privacy.tsx";

/** What a contact consented to, all that is kept of it, and the way to erase it. */
export default function ContactPrivacy() {
  const { t } = useT();
  const may = useMay();
  const [member, contact] = [useParam("member"), useParam("contact")];
  const about = useQuery(memberQuery(member)).data?.value;
  const go = useGo();
  const list = `/members/${encodeURIComponent(member)}/contacts`;
  const path = { member, contact };
  const person = useQuery(contactQuery(member, contact)).data?.value;
  const query = $api.useQuery("get", "/v1/members/{member}/contacts/{contact}/consents", { params: { path } });
  const { send, sending, problem } = useSend((body: NewConsent, once) =>
    api.POST("/v1/members/{member}/contacts/{contact}/consents", { params: { path }, body, ...once }),
  );
  return (
    <Dialog title={`${person?.name || contact} · ${t("privacy.title")}`} onClose={() => go(list)}>
      <div className="stack wide">
        <div className="row">
          {may("export_contact_data", about) && (
            <Button
              component="a"
              variant="default"
              size="xs"
              href={`/v1/members/${encodeURIComponent(member)}/contacts/${encodeURIComponent(contact)}/export`}
              download
            >
              {t("privacy.export")}
            </Button>
          )}
          {may("erase_contact_data", about) && !person?.erased && (
            <ButtonLink size="xs" to={`${list}/${encodeURIComponent(contact)}/erase`}>
              {t("privacy.erase")}
            </ButtonLink>
          )}
        </div>
        <Loaded query={query} lines={2}>
          {({ now, history }) => (
            <>
              <h3>{t("privacy.now")}</h3>
              {now.length ? <Consents of={now} /> : <p className="dim">{t("privacy.none")}</p>}
              {history.length > now.length && (
                <details>
                  <summary>{t("privacy.history")}</summary>
                  <Consents of={history} />
                </details>
              )}
            </>
          )}
        </Loaded>
        {may("record_consent", about) && !person?.erased && (
          <>
            <h3>{t("privacy.record")}</h3>
            <Form
              fields={[
                {
                  name: "purpose",
                  label: t("privacy.for"),
                  kind: "select",
                  required: true,
                  options: PURPOSES.map((value) => ({ value, label: t(`privacy.purpose.${value}`) })),
                },
                {
                  name: "channel",
                  label: t("privacy.by"),
                  kind: "select",
                  required: true,
                  options: CHANNELS.map((value) => ({ value, label: t(`privacy.channel.${value}`) })),
                },
                {
                  name: "given",
                  label: t("privacy.word"),
                  kind: "select",
                  required: true,
                  options: [
                    { value: "true", label: t("privacy.given") },
                    { value: "false", label: t("privacy.withdrawn") },
                  ],
                },
                { name: "text_version", label: t("privacy.version"), hint: t("privacy.versionHint"), required: true, max: 64 },
                { name: "at", label: t("privacy.at"), hint: t("privacy.atHint"), kind: "instant" },
              ]}
              initial={{ purpose: "newsletter", channel: "email", given: "true" }}
              submit={t("privacy.record")}
              sending={sending}
              problem={problem}
              onSubmit={({ purpose = "", channel = "", given, text_version = "", at = "" }) =>
                send({ purpose, channel, given: given === "true", text_version: text_version.trim(), at: instant(at) ?? null })
              }
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
