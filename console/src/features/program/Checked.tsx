import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { waits } from "~/api/approval.ts";
import { api } from "~/api/client.ts";
import type { Approval, CheckedView, NewVersion } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Diff } from "~/ui/Diff.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { Card, Chip } from "~/ui/Page.tsx";
import { Waits } from "~/views/approval.tsx";
import { Differences } from "~/views/differences.tsx";

type Props = { view: CheckedView | undefined; stored: string; source: string; applied: () => void };

/** What checking came to, what differs, and the way to put it into force. */
export function Checked({ view, stored, source, applied }: Props) {
  const { t } = useT();
  const may = useMay();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ source: string; approval: Approval }>();
  const { send, sending, problem } = useSend(
    (body: NewVersion, once) => api.POST("/v1/program/versions", { body, ...once }),
    (answer, body) => {
      // What waits is not in force: the draft is kept until it is.
      if (waits(answer)) return setAsked({ source: body.source, approval: answer });
      applied();
      return navigate({ to: "/program/versions" as never });
    },
  );
  // Another text is asked for anew.
  const waiting = asked?.source === source ? asked.approval : undefined;
  return (
    <div className="stack wide">
      <Card
        title={t("program.checked")}
        actions={view && <Chip tone={view.valid ? "ok" : "bad"}>{t(view.valid ? "program.valid" : "program.mistaken")}</Chip>}
      >
        {!view && <p className="dim">{t("program.unchecked")}</p>}
        {view && (
          <div className="stack">
            {view.warnings.map((warning) => (
              <p key={warning} className="any" lang="en">
                <span className="chip warn">!</span> {warning}
              </p>
            ))}
            {view.valid && view.differences.length === 0 && <p className="dim">{t("program.same")}</p>}
            <Differences of={view.differences} />
          </div>
        )}
      </Card>
      {source !== stored && (
        <Card title={t("program.textDiff")}>
          <Diff before={stored} after={source} />
        </Card>
      )}
      {view?.valid && view.differences.length > 0 && may("apply_program") && (
        <Card title={t("program.apply")}>
          {waiting ? (
            <Waits approval={waiting} />
          ) : (
            <Form
              fields={[
                {
                  name: "effective_from",
                  label: t("program.from"),
                  hint: t("program.fromHint"),
                  kind: "instant",
                },
                { name: "note", label: t("program.note"), kind: "area", required: true, max: 1000 },
              ]}
              submit={t("program.apply")}
              sending={sending}
              problem={problem}
              onSubmit={({ effective_from, note }) =>
                send({
                  source,
                  note: note?.trim() || null,
                  effective_from: instant(effective_from ?? "") ?? null,
                })
              }
            />
          )}
        </Card>
      )}
    </div>
  );
}
