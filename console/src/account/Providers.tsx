import { Alert } from "@mantine/core";
import { $api, api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { useProblemText } from "~/ui/states.tsx";

/** Signing in with an identity provider, or taking an invitation or confirming a sign-up so: the browser goes there, and comes back signed in. */
export function Providers({ to, ...link }: { to?: string; invitation?: string; sign_up?: string }) {
  const { t } = useT();
  const text = useProblemText();
  const providers = $api.useQuery("get", "/v1/sign-in/providers").data?.items ?? [];
  const { send, sending, problem } = useSend(
    (provider: string, once) => api.POST("/v1/sign-in/provider", { body: { provider, return_to: to, ...link }, ...once }),
    ({ address }) => location.assign(address),
  );
  if (providers.length === 0) return null;
  return (
    <div className="stack">
      {(link.invitation || link.sign_up) && <p>{t("signIn.instead")}</p>}
      {problem && (
        <Alert color="red" variant="light" role="alert">
          {text(problem)}
        </Alert>
      )}
      {providers.map(({ name, title }) => (
        <Button key={name} variant="default" loading={sending} onClick={() => sending || send(name)}>
          {t("signIn.with", { title })}
        </Button>
      ))}
    </div>
  );
}
