import { useNavigate } from "@tanstack/react-router";
import { waits } from "~/api/approval.ts";
import { api } from "~/api/client.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Waits } from "~/views/approval.tsx";

export default function Rollback() {
  const { t } = useT();
  const number = Number(useParam("number"));
  const navigate = useNavigate();
  const go = useGo();
  const { send, sending, problem, data } = useSend(
    (body: { effective_from: string | null }, once) =>
      api.POST("/v1/program/versions/{number}/rollback", { params: { path: { number } }, body, ...once }),
    (answer) => waits(answer) || void navigate({ to: "/program/versions" as never }),
  );
  return (
    <Dialog title={t("program.rollback")} onClose={() => go(`/program/versions/${number}`)}>
      {data && waits(data) ? (
        <Waits approval={data} />
      ) : (
        <Form
          fields={[{ name: "effective_from", label: t("program.from"), hint: t("program.fromHint"), kind: "instant" }]}
          submit={t("program.rollback")}
          sending={sending}
          problem={problem}
          onSubmit={({ effective_from }) => send({ effective_from: instant(effective_from ?? "") ?? null })}
        >
          <p>{t("program.rollbackHint", { number })}</p>
        </Form>
      )}
    </Dialog>
  );
}
