import type { Consent, ConsentsView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { When } from "~/ui/format.tsx";
import { Chip } from "~/ui/Page.tsx";
import type { Told } from "~/ui/states.tsx";

export const PURPOSES = ["newsletter", "service-updates", "surveys"] as const;
export const CHANNELS = ["email", "sms", "phone", "wecom"] as const;
/** The version of the text by which the portal asks; a new wording is a new version. */
export const CONSENT_TEXT = "portal-1";

export const given = ({ now }: ConsentsView, purpose: string, channel: string) =>
  now.some((consent) => consent.purpose === purpose && consent.channel === channel && consent.given);

/** Words of consent, and withdrawals. */
export function Consents({ of }: { of: Consent[] }) {
  const { t, label } = useT();
  return (
    <ul className="plain stack">
      {of.map((consent) => (
        <li key={consent.id} className="stack tight">
          <span className="row">
            {label("privacy.purpose.", consent.purpose)} · {label("privacy.channel.", consent.channel)}
            <Chip tone={consent.given ? "ok" : "none"}>{t(consent.given ? "privacy.given" : "privacy.withdrawn")}</Chip>
          </span>
          <span className="small dim any">
            <When at={consent.at} /> · {consent.actor} · {consent.text_version}
          </span>
        </li>
      ))}
    </ul>
  );
}

type Erasing = { name: string; sending: boolean; problem: Told | undefined; onErase: (why: string) => void };

/** Asks why, and for the name to be typed: nothing brings erased data back. */
export function EraseForm({ name, sending, problem, onErase }: Erasing) {
  const { t } = useT();
  return (
    <Form
      fields={[
        { name: "why", label: t("privacy.why"), hint: t("privacy.whyHint"), kind: "area", required: true, max: 1000 },
        {
          name: "confirm",
          label: t("privacy.confirm", { name }),
          hint: t("privacy.confirmHint"),
          required: true,
          check: (typed) => typed.trim() === name,
        },
      ]}
      submit={t("privacy.erase")}
      danger
      sending={sending}
      problem={problem}
      onSubmit={({ why = "" }) => onErase(why.trim())}
    >
      <p>{t("privacy.eraseHint")}</p>
    </Form>
  );
}
