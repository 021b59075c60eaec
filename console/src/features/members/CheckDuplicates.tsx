import { api } from "~/api/client.ts";
import type { Company } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { Card, Page } from "~/ui/Page.tsx";
import { Likely } from "./Likely.tsx";
import { NUMBER_KINDS } from "./Numbers.tsx";

/** Whether a company is a member already, before it is made one. */
export default function CheckDuplicates() {
  const { t } = useT();
  const { send, sending, problem, data } = useSend((body: Company, once) => api.POST("/v1/duplicates", { body, ...once }));
  return (
    <Page title={t("duplicates.check")} under={<p className="dim">{t("duplicates.hint")}</p>}>
      <div className="two">
        <Card title={t("duplicates.company")}>
          <Form
            fields={[
              { name: "name", label: t("members.name"), required: true, max: 200 },
              { name: "country", label: t("members.country"), hint: t("members.countryHint"), max: 2 },
              {
                name: "kind",
                label: t("duplicates.kind"),
                kind: "select",
                options: NUMBER_KINDS.map((value) => ({ value, label: t(`duplicates.kindOf.${value}`) })),
              },
              { name: "number", label: t("members.registration_number"), max: 64 },
            ]}
            submit={t("duplicates.check")}
            sending={sending}
            problem={problem}
            onSubmit={({ name = "", country = "", kind, number }) => {
              const land = country.trim().toUpperCase() || null;
              send({
                name: name.trim(),
                country: land,
                registrations: kind && number?.trim() ? [{ kind, number: number.trim(), country: kind === "national" ? land : null }] : [],
              });
            }}
          />
        </Card>
        <div role="status">
          {data && (
            <Card title={t("duplicates.found")}>
              {data.items.length ? <Likely items={data.items} title="duplicates.found" /> : <p>{t("duplicates.none")}</p>}
            </Card>
          )}
        </div>
      </div>
    </Page>
  );
}
