import { Alert, NativeSelect } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import type { NewSignUp } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { forget, Form, type Filled } from "~/ui/Form.tsx";
import { Page } from "~/ui/Page.tsx";
import { Empty, type Told } from "~/ui/states.tsx";
import { Again } from "./Again.tsx";
import { Door } from "./Door.tsx";
import { enter } from "./enter.ts";
import { phoneOf } from "~/views/reach.ts";
import { usePasswordField } from "./ChoosePassword.tsx";

const DRAFT = "sign-up";
const WAYS = ["phone", "email"] as const;
type Way = (typeof WAYS)[number];

/** What the form says, as the server takes it: in China a number of 15 digits is an old licence number, any other a credit code. */
export function said(
  way: Way,
  { company = "", country = "", number = "", name = "", email = "", phone = "" }: Filled,
  language: string,
): NewSignUp {
  const at = country.trim().toUpperCase();
  const typed = number.trim();
  const kind = at === "CN" ? (/^\d{15}$/.test(typed) ? "licence" : "credit-code") : "national";
  return {
    company: company.trim(),
    name: name.trim(),
    ...(way === "phone" ? { phone: phoneOf(phone) } : { email: email.trim() }),
    language,
    ...(at && { country: at }),
    ...(typed && { registration: { kind, number: typed, ...(kind === "national" && at && { country: at }) } }),
  };
}

type Sent = { body: NewSignUp; at: number; ticket?: string | null; minutes?: number | null };

/** The one short form by which an enterprise becomes a member; what was sent to a phone is answered here, a letter's link leads elsewhere. */
export default function SignUp() {
  const { t } = useT();
  const door = $api.useQuery("get", "/v1/sign-up").data;
  const [sent, setSent] = useState<Sent>();
  const ask = useSend(
    (body: NewSignUp, once) => api.POST("/v1/sign-up", { body, ...once }),
    (answer, body) => setSent({ body, at: Date.now(), ...answer }),
  );
  return (
    <Door>
      <Page title={t("signUp.title")}>
        {door?.open === false && <Empty title="signUp.closed" />}
        {door?.open && !sent && <Asked ways={WAYS.filter((way) => door.by.includes(way))} ask={ask} />}
        {sent && !sent.ticket && <Alert role="status">{t("signUp.sent")}</Alert>}
        {sent?.ticket && (
          <Code sent={sent} ticket={sent.ticket}>
            <Again key={sent.at} after={sent.at} sending={ask.sending} send={() => ask.send(sent.body)} />
            <Button variant="subtle" onClick={() => setSent(undefined)}>
              {t("signUp.otherNumber")}
            </Button>
          </Code>
        )}
        <a href="/sign-in">{t("signIn.title")}</a>
      </Page>
    </Door>
  );
}

type Ask = { send: (body: NewSignUp) => void; sending: boolean; problem?: Told };

function Asked({ ways, ask }: { ways: Way[]; ask: Ask }) {
  const { t, language } = useT();
  const [way, setWay] = useState(ways[0] ?? "email");
  return (
    <>
      {ways.length > 1 && (
        <NativeSelect
          label={t("signUp.by")}
          value={way}
          onChange={(event) => setWay(event.currentTarget.value as Way)}
          data={ways.map((value) => ({ value, label: t(`signUp.way.${value}`) }))}
        />
      )}
      <Form
        draft={DRAFT}
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
          way === "phone"
            ? {
                name: "phone",
                label: t("signUp.way.phone"),
                kind: "tel",
                required: true,
                auto: "tel",
                max: 30,
                hint: (value) => {
                  const phone = phoneOf(value);
                  return phone ? t("signUp.codeTo", { phone }) : t("signUp.phoneRule");
                },
                check: (value) => phoneOf(value) !== undefined,
              }
            : { name: "email", label: t("signIn.email"), kind: "email", required: true, auto: "email", max: 254 },
        ]}
        initial={{ country: language.startsWith("zh") ? "CN" : "" }}
        submit={t(way === "phone" ? "signIn.sendCode" : "signUp.submit")}
        sending={ask.sending}
        problem={ask.problem}
        onSubmit={(filled) => ask.send(said(way, filled, language))}
      />
    </>
  );
}

/** The code that went to the phone, and the password to sign in by from now on. */
function Code({ sent: { body, minutes }, ticket, children }: { sent: Sent; ticket: string; children: ReactNode }) {
  const { t } = useT();
  const { send, sending, problem } = useSend(
    (filled: Filled, once) =>
      api.POST("/v1/sign-up/confirm", { body: { ticket, code: filled.code!.trim(), password: filled.password! }, ...once }),
    (answer) => {
      forget(DRAFT);
      enter(answer);
    },
  );
  return (
    <>
      <p role="status">{t("signUp.codeSent", { phone: body.phone ?? "", count: minutes ?? 0 })}</p>
      <Form
        fields={[
          { name: "code", label: t("signIn.code"), required: true, auto: "one-time-code", max: 40, kind: "tel" },
          usePasswordField(),
        ]}
        submit={t("signIn.setPassword")}
        sending={sending}
        problem={problem}
        onSubmit={send}
      />
      <div className="stack tight">{children}</div>
    </>
  );
}
