import { useQuery } from "@tanstack/react-query";
import { $api, api } from "~/api/client.ts";
import { memberQuery } from "~/api/member.ts";
import type { NewRegistration, Registration } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Button } from "~/ui/Button.tsx";
import { DataTable, type Column } from "~/ui/DataTable.tsx";
import { Form } from "~/ui/Form.tsx";
import { Card } from "~/ui/Page.tsx";
import { Failed, Loaded } from "~/ui/states.tsx";

export const NUMBER_KINDS = ["credit-code", "licence", "lei", "eu-vat", "duns", "national"] as const;

/** The registration numbers of a company, each of which belongs to it alone. */
export function Numbers({ member }: { member: string }) {
  const { t, label } = useT();
  const may = useMay();
  const about = useQuery(memberQuery(member)).data?.value;
  const query = $api.useQuery("get", "/v1/members/{member}/registrations", { params: { path: { member } } });
  const add = useSend((body: NewRegistration, once) =>
    api.POST("/v1/members/{member}/registrations", { params: { path: { member } }, body, ...once }),
  );
  const remove = useSend((registration: string) =>
    api.DELETE("/v1/members/{member}/registrations/{registration}", { params: { path: { member, registration } } }),
  );
  const columns: Column<Registration>[] = [
    { id: "kind", header: "duplicates.kind", cell: (one) => label("duplicates.kindOf.", one.kind) },
    { id: "number", header: "members.registration_number", cell: (one) => <code>{one.number}</code> },
    { id: "country", header: "members.country", cell: (one) => one.country },
    {
      id: "remove",
      header: "duplicates.remove",
      cell: (one) =>
        may("remove_registration", about) && (
          <Button variant="default" size="xs" loading={remove.sending} onClick={() => remove.send(one.id)}>
            {t("duplicates.remove")}
          </Button>
        ),
    },
  ];
  return (
    <Card title={t("duplicates.numbers")}>
      <div className="stack">
        <Loaded query={query} lines={2}>
          {({ items }) =>
            items.length ? (
              <DataTable label={t("duplicates.numbers")} columns={columns} rows={items} id={(one) => one.id} />
            ) : (
              <p className="dim">{t("duplicates.noNumbers")}</p>
            )
          }
        </Loaded>
        {remove.problem && <Failed told={remove.problem} />}
        {may("add_registration", about) && (
          <details>
            <summary>{t("duplicates.add")}</summary>
            <Form
              key={add.data?.id}
              fields={[
                {
                  name: "kind",
                  label: t("duplicates.kind"),
                  kind: "select",
                  required: true,
                  options: NUMBER_KINDS.map((value) => ({ value, label: t(`duplicates.kindOf.${value}`) })),
                },
                { name: "number", label: t("members.registration_number"), required: true, max: 64 },
                { name: "country", label: t("members.country"), hint: t("duplicates.countryHint"), max: 2 },
              ]}
              initial={{ kind: "credit-code" }}
              submit={t("duplicates.add")}
              sending={add.sending}
              problem={add.problem}
              onSubmit={({ kind = "", number = "", country }) =>
                add.send({ kind, number: number.trim(), country: country?.trim().toUpperCase() || null })
              }
            />
          </details>
        )}
      </div>
    </Card>
  );
}
