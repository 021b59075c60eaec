import { Alert } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { api } from "~/api/client.ts";
import { trouble } from "~/api/problem.ts";
import type { SignedIn } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { useProblemText } from "~/ui/states.tsx";
import { ask, known, noAnswer, offered } from "./webauthn.ts";

/** What the server began is over after ten minutes: before that the page begins again. */
const AGAIN_MS = 9 * 60_000;

/** Signing in with a passkey: by a button, and where the address is typed (`autocomplete="webauthn"`) without one. */
export function PasskeyDoor({ done }: { done: (answer: SignedIn) => void }) {
  const { t } = useT();
  const text = useProblemText();
  const [here, setHere] = useState(known);
  const waiting = useRef<AbortController>(null);
  const { send, sending, problem } = useSend(
    async (offer: object | null, once) => {
      // One request at a time: the one beside the address ends where the button was pressed.
      waiting.current?.abort();
      try {
        let credential = offer;
        if (!credential) {
          const begun = await api.POST("/v1/sign-in/passkey/options");
          if (!begun.data) return begun;
          credential = await ask(begun.data.public_key, "optional");
        }
        return await api.POST("/v1/sign-in/passkey", { body: { credential: credential as Record<string, never> }, ...once });
      } catch (error) {
        return noAnswer(error);
      }
    },
    done as (answer: object) => void,
  );

  useEffect(() => {
    if (!here || sending) return undefined;
    const stop = new AbortController();
    waiting.current = stop;
    const beside = async (): Promise<void> => {
      if (!(await offered())) return undefined;
      const { data, error } = await api.POST("/v1/sign-in/passkey/options", { signal: stop.signal });
      if (!data) return trouble(error).code === "passkeys-unavailable" ? setHere(false) : undefined;
      const late = AbortSignal.timeout(AGAIN_MS);
      try {
        return send(await ask(data.public_key, "conditional", AbortSignal.any([stop.signal, late])));
      } catch {
        // Whoever chooses none comes in another way; nobody asked, so nothing is told.
        return late.aborted && !stop.signal.aborted ? beside() : undefined;
      }
    };
    beside().catch(() => undefined);
    return () => stop.abort();
  }, [here, sending, send]);

  if (!here) return null;
  return (
    <div className="stack">
      {problem && (
        <Alert color="red" variant="light" role="alert">
          {text(problem)}
        </Alert>
      )}
      <Button variant="default" loading={sending} onClick={() => sending || send(null)}>
        {t("signIn.byPasskey")}
      </Button>
    </div>
  );
}
