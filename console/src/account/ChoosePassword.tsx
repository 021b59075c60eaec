import { useState } from "react";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Form, type Field } from "~/ui/Form.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty } from "~/ui/states.tsx";
import { Door } from "./Door.tsx";
import { enter, takeHash } from "./enter.ts";
import { Providers } from "./Providers.tsx";
import { SecondFactor } from "./SecondFactor.tsx";

/** A password to be had from now on. */
export function usePasswordField(): Field {
  const { t } = useT();
  return {
    name: "password",
    label: t("signIn.choose"),
    kind: "password",
    required: true,
    auto: "new-password",
    max: 128,
    hint: t("signIn.passwordRule"),
    check: (value) => value.length >= 10,
  };
}

/** Where the links of mails lead: `/welcome#…` of an invitation, `/new-password#…` of a forgotten password, `/portal/join#…` of a sign-up. */
export default function ChoosePassword({ by }: { by: "invitation" | "new-password" | "sign-up" }) {
  const { t } = useT();
  const field = usePasswordField();
  const [ticket] = useState(takeHash);
  const [factor, setFactor] = useState("");
  const { send, sending, problem } = useSend(
    (body: { password: string; ticket: string }, once) =>
      api.POST(by === "sign-up" ? "/v1/sign-up/confirm" : "/v1/sign-in/choose-password", { body, ...once }),
    (answer) => (answer.state === "second-factor" && answer.ticket ? setFactor(answer.ticket) : enter(answer)),
  );
  return (
    <Door>
      <Page title={t(by === "new-password" ? "signIn.newPassword" : "signIn.welcome")}>
        {!ticket && (
          <Empty title="signIn.noLink">
            <a href="/sign-in">{t("signIn.title")}</a>
          </Empty>
        )}
        {ticket && !factor && (
          <Form
            fields={[field]}
            submit={t("signIn.setPassword")}
            sending={sending}
            problem={problem}
            onSubmit={({ password = "" }) => send({ password, ticket })}
          />
        )}
        {by === "invitation" && ticket && !factor && <Providers invitation={ticket} />}
        {by === "sign-up" && ticket && <Providers sign_up={ticket} />}
        {factor && <SecondFactor ticket={factor} done={enter} />}
      </Page>
    </Door>
  );
}
