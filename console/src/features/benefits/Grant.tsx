import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client.ts";
import { entries, programQuery } from "~/api/program.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { instant } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";

/** Gives a benefit by hand, whatever the tier. */
export default function Grant() {
  const { t } = useT();
  const names = useNames();
  const member = useParam("member");
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/benefits`);
  const document = useQuery(programQuery).data?.document;
  const benefits = document ? entries(document, "benefit").map(({ id }) => ({ value: id, label: names("benefit", id) })) : [];
  const { send, sending, problem } = useSend(
    ({ benefit, until }: { benefit: string; until: string | null }, once) =>
      api.POST("/v1/members/{member}/benefits/{benefit}/grants", {
        params: { path: { member, benefit } },
        body: { until },
        ...once,
      }),
    back,
  );
  return (
    <Dialog title={t("benefits.grant")} onClose={back}>
      <Form
        fields={[
          {
            name: "benefit",
            label: t("benefits.benefit"),
            kind: "select",
            required: true,
            options: benefits,
          },
          { name: "until", label: t("benefits.until"), hint: t("benefits.untilHint"), kind: "instant" },
        ]}
        submit={t("benefits.grant")}
        sending={sending}
        problem={problem}
        onSubmit={({ benefit = "", until }) => send({ benefit, until: instant(until ?? "") ?? null })}
      />
    </Dialog>
  );
}
