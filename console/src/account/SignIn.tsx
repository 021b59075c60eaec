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
import { Form, type Field } from "~/ui/Form.tsx";
import { Page } from "~/ui/Page.tsx";
import { useProblemText } from "~/ui/states.tsx";
import { Door } from "./Door.tsx";
import { enter, returnTo, takeHash } from "./enter.ts";
import { PasskeyDoor } from "./PasskeyDoor.tsx";
import { Providers } from "./Providers.tsx";
import { reach, reaches, type Who } from "~/views/reach.ts";
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
  const password = useSend((body: Who & { password: string }, once) => api.POST("/v1/sign-in/password", { body, ...once }), next);
  const ask = useSend(
    (body: Who, once) => api.POST("/v1/sign-in/code", { body, ...once }),
    ({ ticket }) => setStep({ at: "code", ticket }),
  );
  const code = useSend((body: { code: string; ticket: string }, once) => api.POST("/v1/sign-in/code/answer", { body, ...once }), next);
  const forgotten = useSend(
    (body: Who, once) => api.POST("/v1/sign-in/new-password", { body, ...once }),
    () => setStep({ at: "sent" }),
  );

  const whoField: Field = {
    name: "who",
    label: t("signIn.who"),
    at: ["email", "phone"],
    kind: "reach",
    required: true,
    auto: "username webauthn",
    max: 254,
    check: reaches,
  };
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
              whoField,
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
            onSubmit={({ who = "", password: secret = "" }) => password.send({ ...reach(who), password: secret })}
          />
        )}
        {step.at === "ask-code" && (
          <Form
            key="ask"
            fields={[whoField]}
            submit={t("signIn.sendCode")}
            sending={ask.sending}
            problem={ask.problem}
            onSubmit={({ who = "" }) => ask.send(reach(who))}
          />
        )}
        {step.at === "forgotten" && (
          <Form
            key="forgotten"
            fields={[whoField]}
            submit={t("signIn.sendLink")}
            sending={forgotten.sending}
            problem={forgotten.problem}
            onSubmit={({ who = "" }) => forgotten.send(reach(who))}
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
