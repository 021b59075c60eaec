import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { KINDS } from "~/api/facts.gen.ts";
import type { Fact } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { formatMoney, formatTime, When } from "~/ui/format.tsx";
import { Chip } from "~/ui/Page.tsx";
import { useNames } from "./names.tsx";

type Body = Record<string, unknown>;

/** Fields that name something of the program, by its section. */
const NAMED = ["unit", "benefit", "mission", "track"];

/** The fields of a fact as a person reads them: money with its currency, choices and what is of the program by their names. */
export function useBody(fact: Fact): [string, string][] {
  const { t, label, language } = useT();
  const names = useNames();
  const body = fact.body as Body;
  const money = typeof body.currency === "string" ? body.currency : undefined;
  const shown = (name: string, value: unknown): string => {
    const field = KINDS[fact.kind]?.find((known) => known.name === name);
    if (field?.type === "money" && typeof value === "number" && money) return formatMoney(value, money, language);
    if (field?.type === "instant" && typeof value === "string") return formatTime(value, language);
    if (field?.type === "lines" && Array.isArray(value)) return t("facts.lines", { count: value.length });
    if (NAMED.includes(name) && typeof value === "string") return names(name, value);
    if (name === "tier" && typeof value === "string" && typeof body.track === "string") return names(`tier.${body.track}`, value);
    if (name === "role" && typeof value === "string") return label("chain.", value);
    if (name === "channel" && typeof value === "string") return label("channels.", value);
    if (field?.type === "choice" && typeof value === "string") return label(`facts.choice.${name}.`, value);
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  return Object.entries(body)
    .filter(([name]) => !(name === "currency" && "amount" in body))
    .map(([name, value]) => [label("facts.field.", name), shown(name, value)]);
}

/** The fields in one line. */
function BodyLine({ fact }: { fact: Fact }) {
  const fields = useBody(fact);
  return <span className="dim any">{fields.map(([name, value]) => `${name} ${value}`).join(" · ")}</span>;
}

/** One fact of many; `under` is the page above whose address the fact is shown. */
export function FactLine({ fact, under, mark }: { fact: Fact; under: string; mark?: ReactNode }) {
  const { t, label } = useT();
  return (
    <li>
      <div className="row small dim">
        {mark}
        <When at={fact.occurred_at} /> <span>· {fact.source}</span>
        {fact.corrects && (
          <Chip tone="warn">
            {t("facts.corrects")} {fact.corrects}
          </Chip>
        )}
      </div>
      <Link to={`${under}/$fact` as never} params={{ fact: fact.id } as never} search={true as never}>
        {label("kinds.", fact.kind)}
      </Link>{" "}
      <BodyLine fact={fact} />
    </li>
  );
}
