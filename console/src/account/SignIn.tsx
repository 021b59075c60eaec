import { Alert } from "@mantine/core";
import { Button } from "~/ui/Button.tsx";
import { useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { session } from "~/api/session.ts";
import type { SignedIn as Answer } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { Page } from "~/ui/Page.tsx";
import { useProblemText } from "~/ui/states.tsx";
import { Door } from "./Door.tsx";
import { enter, returnTo, takeHash } from "./enter.ts";
import { PasskeyDoor } from "./PasskeyDoor.tsx";
import { Providers } from "./Providers.tsx";
import { SecondFactor } from "./SecondFactor.tsx";

type Step = { at: "password" | "ask-code" | "forgotten" | "sent" } | { at: "code" | "factor"; ticket: string };

export default function SignIn() {
  const { t } = useT();
  const { to } = useSearch({ strict: false }) as { to?: string };
  // What a browser brings that comes back from an identity provider.
  const [brought] = useState(() => new URLSearchParams(takeHash()));
  const [step, setStep] = useState<Step>(() => {
    const ticket = brought.get("second-factor");
    return ticket ? { at: "factor", ticket } : { at: "password" };
  });
  const text = useProblemText();
  const refused = brought.get("problem");
  // Whoever wanted to link an identity is signed in: the problem is told there.
  const linking = Boolean(refused && to && /^(\/portal)?\/account$/.test(to));
  const me = useQuery({ ...session, enabled: linking }).data;
  useEffect(() => {
    if (me) location.replace(`${to}#problem=${refused}`);
  }, [me, to, refused]);
  const open = $api.useQuery("get", "/v1/sign-up").data?.open;
  const next = (answer: Answer) => {
    if (answer.state === "second-factor" && answer.ticket) setStep({ at: "factor", ticket: answer.ticket });
    else enter(answer, to);
  };
  const password = useSend((body: { email: string; password: string }, once) => api.POST("/v1/sign-in/password", { body, ...once }), next);
  const ask = useSend(
    (body: { email: string }, once) => api.POST("/v1/sign-in/code", { body, ...once }),
    ({ ticket }) => setStep({ at: "code", ticket }),
  );
  const code = useSend((body: { code: string; ticket: string }, once) => api.POST("/v1/sign-in/code/answer", { body, ...once }), next);
  const forgotten = useSend(
    (body: { email: string }, once) => api.POST("/v1/sign-in/new-password", { body, ...once }),
    () => setStep({ at: "sent" }),
  );

  const email = {
    name: "email",
    label: t("signIn.email"),
    kind: "email",
    required: true,
    auto: "username webauthn",
    max: 254,
  } as const;
  const go = (at: "password" | "ask-code" | "forgotten") => (
    <Button variant="subtle" onClick={() => setStep({ at })}>
      {t(at === "password" ? "signIn.byPassword" : at === "ask-code" ? "signIn.byCode" : "signIn.forgotten")}
    </Button>
  );
  return (
    <Door>
      <Page title={t("signIn.title")}>
        {refused && step.at === "password" && (
          <Alert color="red" variant="light" role="alert">
            {text({ code: refused })}
          </Alert>
        )}
        {step.at === "password" && (
          <Form
            key="password"
            fields={[
              email,
              {
                name: "password",
                label: t("signIn.password"),
                kind: "password",
                required: true,
                auto: "current-password",
                max: 128,
              },
            ]}
            submit={t("signIn.title")}
            sending={password.sending}
            problem={password.problem}
            onSubmit={({ email = "", password: secret = "" }) => password.send({ email: email.trim(), password: secret })}
          />
        )}
        {step.at === "ask-code" && (
          <Form
            key="ask"
            fields={[email]}
            submit={t("signIn.sendCode")}
            sending={ask.sending}
            problem={ask.problem}
            onSubmit={({ email = "" }) => ask.send({ email: email.trim() })}
          />
        )}
        {step.at === "forgotten" && (
          <Form
            key="forgotten"
            fields={[email]}
            submit={t("signIn.sendLink")}
            sending={forgotten.sending}
            problem={forgotten.problem}
            onSubmit={({ email = "" }) => forgotten.send({ email: email.trim() })}
          />
        )}
        {step.at === "sent" && <Alert role="status">{t("signIn.linkSent")}</Alert>}
        {step.at === "code" && (
          <>
            <p>{t("signIn.codeSent")}</p>
            <Form
              key="code"
              fields={[
                {
                  name: "code",
                  label: t("signIn.code"),
                  required: true,
                  auto: "one-time-code",
                  max: 40,
                },
              ]}
              submit={t("signIn.title")}
              sending={code.sending}
              problem={code.problem}
              onSubmit={({ code: typed = "" }) => code.send({ code: typed.trim(), ticket: step.ticket })}
            />
          </>
        )}
        {step.at === "factor" && <SecondFactor ticket={step.ticket} done={(answer) => enter(answer, to)} />}
        {step.at === "password" && <PasskeyDoor done={next} />}
        {step.at === "password" && <Providers to={returnTo(to)} />}
        <div className="stack tight">
          {step.at !== "password" && go("password")}
          {step.at === "password" && go("ask-code")}
          {step.at === "password" && go("forgotten")}
          {open && (
            <Button component="a" variant="subtle" href="/portal/sign-up">
              {t("signUp.title")}
            </Button>
          )}
        </div>
      </Page>
    </Door>
  );
}
