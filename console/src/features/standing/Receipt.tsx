import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { entries, programQuery } from "~/api/program.ts";
import type { ReceiptView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Decimal, When } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useNames } from "~/views/names.tsx";
import { sentence, valueText } from "./sentence.ts";

/** One decision: what, when, by which rule of which version, from what, and the facts behind it. */
export function Receipt({ member, receipt, open }: { member: string; receipt: ReceiptView; open?: boolean }) {
  const { t, label, language } = useT();
  const names = useNames();
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  const scale = (unit: string) => Number((document && entries(document, "unit").find(({ id }) => id === unit)?.scale) ?? 0);
  const own = language === "en" ? undefined : sentence(receipt, t, language, names, scale);
  const known = (what: string) => (names("metric", what) === what ? label("facts.field.", what) : names("metric", what));
  const decision = receipt.decision as Record<string, unknown>;
  const inputs = Object.entries((decision.decided === "accrual" && (decision.inputs as object)) || {});
  return (
    <li>
      <div className="row small dim">
        <When at={receipt.at} /> <code>{receipt.rule}</code> <span>{t("receipts.version", { number: receipt.version })}</span>
      </div>
      <p className="any">{own ?? receipt.sentence}</p>
      <details open={open}>
        <summary className="small">{t("receipts.why")}</summary>
        <div className="stack" style={{ padding: "8px 0 0 12px" }}>
          {own && <p className="small dim any">{receipt.sentence}</p>}
          <Pairs
            of={[
              [t("receipts.formula"), decision.formula ? <code>{String(decision.formula)}</code> : undefined],
              [t("receipts.condition"), decision.condition ? <code>{String(decision.condition)}</code> : undefined],
              ...inputs.map(([what, value]): [string, string] => [known(what), valueText(value, language)]),
              [t("receipts.cause"), receipt.cause && <FactLink member={member} id={receipt.cause} />],
            ]}
          />
          {receipt.evidence.map((evidence) => (
            <div key={evidence.metric} className="small">
              <strong>{names("metric", evidence.metric)}</strong> <Decimal text={evidence.value} />{" "}
              <span className="dim">
                {evidence.from ?? "…"} – {evidence.to} · {t("receipts.facts", { count: evidence.facts_in_all })}
              </span>
              <div className="row">
                {evidence.facts.map((fact) => (
                  <FactLink key={fact} member={member} id={fact} />
                ))}
              </div>
            </div>
          ))}
        </div>
      </details>
    </li>
  );
}

export const FactLink = ({ member, id }: { member: string; id: string }) => (
  <Link to={"/members/$member/facts/$fact" as never} params={{ member, fact: id } as never}>
    <code>{id}</code>
  </Link>
);
