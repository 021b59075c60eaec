import { Alert } from "@mantine/core";
import { useState } from "react";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import type { NewSignUp } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Form, type Filled } from "~/ui/Form.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty } from "~/ui/states.tsx";
import { Door } from "./Door.tsx";

/** What the form says, as the server takes it: in China a number of 15 digits is an old licence number, any other a credit code. */
export function said({ company = "", country = "", number = "", name = "", email = "" }: Filled, language: string): NewSignUp {
  const at = country.trim().toUpperCase();
  const typed = number.trim();
  const kind = at === "CN" ? (/^\d{15}$/.test(typed) ? "licence" : "credit-code") : "national";
  return {
    company: company.trim(),
    name: name.trim(),
    email: email.trim(),
    language,
    ...(at && { country: at }),
    ...(typed && { registration: { kind, number: typed, ...(kind === "national" && at && { country: at }) } }),
  };
}

/** The one short form by which an enterprise becomes a member. */
export default function SignUp() {
  const { t, language } = useT();
  const open = $api.useQuery("get", "/v1/sign-up").data?.open;
  const [sent, setSent] = useState(false);
  const { send, sending, problem } = useSend(
    (body: NewSignUp, once) => api.POST("/v1/sign-up", { body, ...once }),
    () => setSent(true),
  );
  return (
    <Door>
      <Page title={t("signUp.title")}>
        {open === false && <Empty title="signUp.closed" />}
        {open && sent && <Alert role="status">{t("signUp.sent")}</Alert>}
        {open && !sent && (
          <Form
            fields={[
              { name: "company", label: t("signUp.company"), required: true, auto: "organization", max: 300 },
              {
                name: "country",
                label: t("signUp.country"),
                required: true,
                auto: "country",
                max: 2,
                hint: t("signUp.countryRule"),
                check: (value) => /^[a-z]{2}$/i.test(value),
              },
              { name: "number", label: t("signUp.number"), max: 100, hint: t("signUp.numberRule") },
              { name: "name", label: t("signUp.name"), required: true, auto: "name", max: 100 },
              { name: "email", label: t("signIn.email"), kind: "email", required: true, auto: "email", max: 254 },
            ]}
            initial={{ country: language.startsWith("zh") ? "CN" : "" }}
            submit={t("signUp.submit")}
            sending={sending}
            problem={problem}
            onSubmit={(filled) => send(said(filled, language))}
          />
        )}
        <a href="/sign-in">{t("signIn.title")}</a>
      </Page>
    </Door>
  );
}
