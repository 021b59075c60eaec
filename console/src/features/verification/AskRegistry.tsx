import { useQuery } from "@tanstack/react-query";
import { $api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { Form, type Field, type Filled } from "~/ui/Form.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded, type Told } from "~/ui/states.tsx";

type Props = {
  title: string;
  /** What is asked, beside the register; the number of the member is filled in, and its name. */
  fields: Field[];
  hint?: string;
  sending: boolean;
  problem: Told | undefined;
  onSubmit: (filled: Filled) => void;
};

/** The address of the case that a question is about, and how to get back to it. */
export function useCase() {
  const [member, id] = [useParam("member"), useParam("case")];
  const go = useGo();
  return { path: { member, case: id }, back: () => go(`/verification/${encodeURIComponent(member)}/${id}`) };
}

/** A question to one of the registers of companies that are set up. */
export function AskRegistry({ title, fields, hint, ...sent }: Props) {
  const { t } = useT();
  const { path, back } = useCase();
  const registries = $api.useQuery("get", "/v1/registries");
  const about = useQuery(memberQuery(path.member)).data?.value;
  return (
    <Dialog title={title} onClose={back}>
      <Loaded query={registries} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{t("verification.noRegistry")}</p>
          ) : (
            <Form
              fields={[
                {
                  name: "registry",
                  label: t("verification.registry"),
                  kind: "select",
                  required: true,
                  options: items.map((value) => ({ value, label: value })),
                },
                ...fields,
              ]}
              initial={{ registry: items[0] ?? "", name: about?.name ?? "", number: about?.registration_number ?? "" }}
              submit={title}
              {...sent}
            >
              {hint && <p className="small dim">{hint}</p>}
            </Form>
          )
        }
      </Loaded>
    </Dialog>
  );
}
