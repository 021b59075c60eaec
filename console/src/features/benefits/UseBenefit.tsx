import { $api, api } from "~/api/client.ts";
import type { Use } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form } from "~/ui/Form.tsx";
import { formatSteps, steps } from "~/ui/format.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";

export default function UseBenefit() {
  const { t, language } = useT();
  const names = useNames();
  const [member, benefit] = [useParam("member"), useParam("benefit")];
  const go = useGo();
  const back = () => go(`/members/${encodeURIComponent(member)}/benefits`);
  const query = $api.useQuery("get", "/v1/members/{member}/benefits", { params: { path: { member } } });
  const { send, sending, problem } = useSend(
    (body: Use, once) =>
      api.POST("/v1/members/{member}/benefits/{benefit}/uses", {
        params: { path: { member, benefit } },
        body,
        ...once,
      }),
    back,
  );
  return (
    <Dialog title={`${t("benefits.use")}: ${names("benefit", benefit)}`} onClose={back}>
      <Loaded query={query} lines={3}>
        {({ items }) => {
          const left = items.find((item) => item.benefit.id === benefit)?.left;
          const scale = left?.scale ?? 0;
          return (
            <Form
              fields={[
                {
                  name: "amount",
                  label: t("points.amount"),
                  kind: "amount",
                  required: true,
                  hint: left
                    ? `${formatSteps(left.amount, scale, language)} ${t("benefits.left", { unit: names("unit", left.unit) })}`
                    : undefined,
                  check: (typed) => (steps(typed, scale) ?? 0) > 0,
                },
                { name: "reference", label: t("points.reference"), max: 128 },
                {
                  name: "contact",
                  label: t("benefits.contact"),
                  hint: t("benefits.contactHint"),
                  max: 128,
                },
              ]}
              initial={{ amount: "1" }}
              submit={t("benefits.use")}
              sending={sending}
              problem={problem}
              onSubmit={({ amount = "", reference, contact }) =>
                send({
                  amount: steps(amount, scale) ?? 1,
                  reference: reference?.trim() || null,
                  contact: contact?.trim() || null,
                })
              }
            />
          );
        }}
      </Loaded>
    </Dialog>
  );
}
