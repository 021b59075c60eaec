import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { CopyButton } from "~/ui/CopyButton.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { linkOf } from "./link.ts";

/**
 * What a waiting letter says, so that it can be handed on where no mail is sent. Each reading is in the audit: it is read once for each time that it is
 * opened, and never by itself again. Its link is copied and not followed: it signs in whoever it is for.
 */
export default function LetterPage() {
  const { t } = useT();
  const letter = useParam("letter");
  const go = useGo();
  const query = $api.useQuery(
    "get",
    "/v1/mail/{letter}",
    { params: { path: { letter } } },
    { staleTime: "static", gcTime: 0, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false },
  );
  return (
    <Dialog title={t("mail.letter")} onClose={() => go("/mail")}>
      <Loaded query={query}>
        {({ to, subject, text }) => {
          const link = linkOf(text);
          return (
            <div className="stack">
              <Pairs
                of={[
                  [t("mail.to"), <bdi key="to">{to}</bdi>],
                  [t("mail.subject"), <bdi key="subject">{subject}</bdi>],
                  [
                    t("mail.link"),
                    link && (
                      <span className="row">
                        <code className="any">{link}</code>
                        <CopyButton text={link} />
                      </span>
                    ),
                  ],
                ]}
              />
              <pre className="source wrap" tabIndex={0} role="region" aria-label={t("mail.text")}>
                {text}
              </pre>
              <p className="row small dim">
                {t("mail.copyAll")} <CopyButton text={text} />
              </p>
              <p className="small dim">{t("mail.audited")}</p>
            </div>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
