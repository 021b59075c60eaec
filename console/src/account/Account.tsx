import { Outlet } from "@tanstack/react-router";
import { api, $api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useMe } from "~/api/session.ts";
import { Button } from "~/ui/Button.tsx";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { useT } from "~/i18n/index.ts";
import { Card, Chip, Name, Page, Pairs } from "~/ui/Page.tsx";
import { Form } from "~/ui/Form.tsx";
import { Loaded, Loading } from "~/ui/states.tsx";
import { When } from "~/ui/format.tsx";
import { Factor } from "./Factor.tsx";
import { useHome } from "./home.ts";
import { Identities } from "./Identities.tsx";
import { Passkeys } from "./Passkeys.tsx";

/** Oneself: who one is, the password, the second factor, identities elsewhere, where one is signed in. */
export default function Account() {
  const { t, label } = useT();
  const me = useMe();
  const home = useHome();
  if (!me) return <Loading />;
  const { person } = me;
  return (
    <Page title={t("account.title")}>
      <div className="grid">
        <Card title={t("account.who")}>
          <Pairs
            of={[
              [t("people.name"), <Name key="name">{person.name}</Name>],
              [t("people.email"), person.email],
              [t("people.phone"), person.phone],
              [t("people.role"), label("roles.", person.role)],
              [t("people.member"), person.member],
            ]}
          />
        </Card>
        <Card
          title={t("account.factor")}
          actions={
            <Chip tone={person.second_factor ? "ok" : "warn"}>{t(person.second_factor ? "account.factorOn" : "account.factorOff")}</Chip>
          }
        >
          <Factor on={person.second_factor} codes={me.recovery_codes} />
        </Card>
        <Card title={t("account.password")}>
          <Password />
        </Card>
      </div>
      <Passkeys home={home} />
      <Identities home={home} />
      <Sessions home={home} />
      <Outlet />
    </Page>
  );
}

function Password() {
  const { t } = useT();
  const { send, sending, problem, data, reset } = useSend(async (body: { old: string; new: string }, once) => ({
    ...(await api.POST("/v1/session/password", { body, ...once })),
    data: true,
  }));
  if (data) {
    return (
      <div className="stack" role="status">
        <p>{t("account.passwordChanged")}</p>
        <Button variant="default" onClick={reset}>
          {t("ui.close")}
        </Button>
      </div>
    );
  }
  return (
    <Form
      fields={[
        {
          name: "old",
          label: t("account.old"),
          kind: "password",
          required: true,
          auto: "current-password",
          max: 128,
        },
        {
          name: "new",
          label: t("account.new"),
          kind: "password",
          required: true,
          auto: "new-password",
          max: 128,
          hint: t("signIn.passwordRule"),
          check: (value) => value.length >= 10,
        },
      ]}
      submit={t("account.change")}
      sending={sending}
      problem={problem}
      onSubmit={({ old = "", new: next = "" }) => send({ old, new: next })}
    />
  );
}

function Sessions({ home }: { home: string }) {
  const { t } = useT();
  const sessions = $api.useQuery("get", "/v1/sessions");
  const others = sessions.data?.items.some((session) => !session.current);
  return (
    <Card
      title={t("account.sessions")}
      actions={others && <ButtonLink to={`${home}/sessions/others`}>{t("account.endOthers")}</ButtonLink>}
    >
      <Loaded query={sessions} lines={3}>
        {({ items }) => (
          <ul className="plain stack">
            {items.map((session) => (
              <li key={session.id} className="row apart">
                <div className="grow">
                  <div className="row">
                    <span className="any">{browser(session.agent) ?? t("account.unknownBrowser")}</span>
                    {session.current && <Chip tone="ok">{t("account.thisOne")}</Chip>}
                  </div>
                  <div className="small dim">
                    {session.address} · {t("account.seen")} <When at={session.seen_at} /> · {t("account.ends")}{" "}
                    <When at={session.expires_at} />
                  </div>
                </div>
                {!session.current && (
                  <ButtonLink to={`${home}/sessions/${session.id}`} size="xs">
                    {t("account.end")}
                  </ButtonLink>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

/** `Chrome 156 · Linux` out of what a browser says of itself. */
function browser(agent: string | null | undefined) {
  if (!agent) return undefined;
  const name = /(Edg|OPR|Firefox|MicroMessenger|Chrome|Safari)\/(\d+)/.exec(agent.replace("HeadlessChrome", "Chrome"));
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(agent);
  return name ? [`${name[1]} ${name[2]}`, system?.[1]].filter(Boolean).join(" · ") : agent.slice(0, 60);
}
