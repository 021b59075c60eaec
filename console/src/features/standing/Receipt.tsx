import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { $api } from "~/api/client.ts";
import { entries, programQuery } from "~/api/program.ts";
import type { EvidenceView, ReceiptView } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Decimal, When } from "~/ui/format.tsx";
import { Chip, Pairs } from "~/ui/Page.tsx";
import { Loaded } from "~/ui/states.tsx";
import { useNames } from "~/views/names.tsx";
import { sentence, valueText } from "./sentence.ts";

type Props = {
  member: string;
  receipt: ReceiptView;
  /** It came without the facts behind it, which are fetched when somebody asks why. */
  brief?: boolean;
  /** When it was taken back. */
  withdrawn?: string;
  /** What stands in for one that was taken back, or that nothing does, where it is known. */
  instead?: ReceiptView | null;
  mark?: ReactNode;
};

/** One decision: what, when, by which rule of which version, from what, and the facts behind it. */
export function Receipt({ member, receipt, brief, withdrawn, instead, mark }: Props) {
  const { t, label, language } = useT();
  const names = useNames();
  const [opened, setOpened] = useState(false);
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  const scale = (unit: string) => Number((document && entries(document, "unit").find(({ id }) => id === unit)?.scale) ?? 0);
  const inWords = (one: ReceiptView) => (language === "en" ? undefined : sentence(one, t, language, names, scale));
  const own = inWords(receipt);
  const known = (what: string) => (names("metric", what) === what ? label("facts.field.", what) : names("metric", what));
  const decision = receipt.decision as Record<string, unknown>;
  const inputs = Object.entries((decision.decided === "accrual" && (decision.inputs as object)) || {});
  const said = own ?? receipt.sentence;
  return (
    <li>
      <div className="row small dim">
        {mark}
        <When at={receipt.at} /> <code>{receipt.rule}</code> <span>{t("receipts.version", { number: receipt.version })}</span>
        {withdrawn && (
          <Chip tone="warn">
            {t("receipts.withdrawnAt")} <When at={withdrawn} />
          </Chip>
        )}
      </div>
      <p className="any">{withdrawn ? <s>{said}</s> : said}</p>
      {instead && (
        <p className="any">
          {t("receipts.instead")} {inWords(instead) ?? instead.sentence}
        </p>
      )}
      {instead === null && <p className="dim">{t("receipts.nothingInstead")}</p>}
      <details onToggle={(event) => setOpened(event.currentTarget.open)}>
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
          {brief && opened && receipt.evidence.length > 0 ? (
            <Behind member={member} receipt={receipt} />
          ) : (
            <Evidence member={member} of={receipt.evidence} told={!brief && !withdrawn} />
          )}
        </div>
      </details>
    </li>
  );
}

/** The facts behind a decision, by the standing as of its instant. */
function Behind({ member, receipt }: { member: string; receipt: ReceiptView }) {
  const query = { as_of: receipt.at, receipts: 200 };
  const standing = $api.useQuery("get", "/v1/members/{member}/standing", { params: { path: { member }, query } });
  return (
    <Loaded query={standing} lines={2}>
      {({ receipts }) => {
        const whole = receipts.find(({ key }) => key === receipt.key);
        return <Evidence member={member} of={whole?.evidence ?? receipt.evidence} told={Boolean(whole)} />;
      }}
    </Loaded>
  );
}

/** What each metric came to; `told` where the facts behind it are known. */
function Evidence({ member, of, told }: { member: string; of: EvidenceView[]; told: boolean }) {
  const { t } = useT();
  const names = useNames();
  return of.map((evidence) => (
    <div key={evidence.metric} className="small">
      <strong>{names("metric", evidence.metric)}</strong> <Decimal text={evidence.value} />{" "}
      <span className="dim">
        {evidence.from ?? "…"} – {evidence.to}
        {told && ` · ${t("receipts.facts", { count: evidence.facts_in_all })}`}
      </span>
      <div className="row">
        {evidence.facts.map((fact) => (
          <FactLink key={fact} member={member} id={fact} />
        ))}
      </div>
    </div>
  ));
}

export const FactLink = ({ member, id }: { member: string; id: string }) => (
  <Link to={"/members/$member/facts/$fact" as never} params={{ member, fact: id } as never}>
    <code>{id}</code>
  </Link>
);
