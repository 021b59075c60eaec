import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import { programQuery, textOf } from "~/api/program.ts";
import { LANGUAGES, NAMES, useT } from "~/i18n/index.ts";
import { CopyButton } from "~/ui/CopyButton.tsx";
import { Card, Chip, Pairs } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";

/** How this installation is set up, as far as it tells. It is set where the server is started, and not here. */
export function Installation() {
  const { t } = useT();
  return (
    <section className="stack" aria-labelledby="installation">
      <div className="stack tight">
        <h2 id="installation">{t("settings.installation")}</h2>
        <p className="dim">{t("settings.installationHint")}</p>
      </div>
      <div className="grid">
        <SigningIn />
        <Place />
        <Registers />
      </div>
    </section>
  );
}

function SigningIn() {
  const { t } = useT();
  const providers = $api.useQuery("get", "/v1/sign-in/providers");
  const signUp = $api.useQuery("get", "/v1/sign-up");
  return (
    <Card title={t("settings.signingIn")}>
      <div className="stack">
        <Loaded query={signUp} lines={1}>
          {({ open, by }) => (
            <>
              <p className="row">
                {t("settings.signUp")} <Chip tone={open ? "ok" : "none"}>{t(open ? "settings.open" : "settings.closed")}</Chip>
              </p>
              <p className="row">
                {t("settings.texts")}{" "}
                <Chip tone={by.includes("phone") ? "ok" : "none"}>{t(by.includes("phone") ? "settings.sent" : "settings.notSent")}</Chip>
              </p>
            </>
          )}
        </Loaded>
        <h3>{t("settings.providers")}</h3>
        <Loaded query={providers} lines={2}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="dim">{t("settings.noProviders")}</p>
            ) : (
              <ul className="plain stack">
                {items.map(({ name, title }) => {
                  const back = `${location.origin}/v1/sign-in/providers/${name}/callback`;
                  return (
                    <li key={name}>
                      <bdi>{title}</bdi> <code>{name}</code>
                      <div className="row small dim">
                        {t("settings.callback")} <code className="any">{back}</code> <CopyButton text={back} />
                      </div>
                    </li>
                  );
                })}
              </ul>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}

function Place() {
  const { t, language } = useT();
  const program = useQuery(programQuery);
  return (
    <Card title={t("settings.place")}>
      <Loaded query={program} lines={3}>
        {(found) => (
          <Pairs
            of={[
              [t("settings.address"), <code key="address">{location.origin}</code>],
              [t("settings.languages"), LANGUAGES.map((tag) => NAMES[tag]).join(" · ")],
              [t("settings.timeZone"), found && String(found.document.time_zone ?? "")],
              [t("settings.currency"), found && String(found.document.currency ?? "")],
              [
                t("program.title"),
                found && <Link to={"/program" as never}>{textOf(found.document.name, language) ?? found.document.id}</Link>,
              ],
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Registers() {
  const { t } = useT();
  const registers = $api.useQuery("get", "/v1/registries");
  return (
    <Card title={t("settings.registers")}>
      <Loaded query={registers} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="dim">{t("settings.noRegisters")}</p>
          ) : (
            <ul className="plain stack">
              {items.map((name) => (
                <li key={name}>
                  <code>{name}</code>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
