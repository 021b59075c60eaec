import { useRouterState } from "@tanstack/react-router";
import { $api } from "~/api/client.ts";
import type { Fact as View } from "~/api/schema.gen.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { ButtonLink } from "~/ui/ButtonLink.tsx";
import { Dialog } from "~/ui/Dialog.tsx";
import { When } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useBody } from "~/views/fact.tsx";

/** A fact over the page that it was opened from: the list of facts, the timeline or the orders. */
export default function FactPage() {
  const { t } = useT();
  const [member, fact] = [useParam("member"), useParam("fact")];
  const go = useGo();
  const under = useRouterState({ select: ({ location }) => location.pathname.split("/")[3] });
  const query = $api.useQuery("get", "/v1/members/{member}/facts/{fact}", { params: { path: { member, fact } } });
  return (
    <Dialog title={t("facts.fact")} onClose={() => go(`/members/${encodeURIComponent(member)}/${under}`)}>
      <Loaded query={query}>{(found) => <Fact fact={found} />}</Loaded>
    </Dialog>
  );
}

function Fact({ fact }: { fact: View }) {
  const { t, label } = useT();
  const may = useMay();
  const fresh = `/members/${encodeURIComponent(fact.member)}/facts/new`;
  const body = useBody(fact);
  return (
    <div className="stack">
      <Pairs
        of={[
          [t("facts.kind"), label("kinds.", fact.kind)],
          ...body,
          [t("facts.occurred"), <When key="occurred" at={fact.occurred_at} />],
          [t("facts.recorded"), <When key="recorded" at={fact.recorded_at} />],
          [t("facts.source"), fact.source],
          [t("facts.actor"), fact.actor],
          [t("facts.corrects"), fact.corrects],
          [t("facts.id"), <code key="id">{fact.id}</code>],
        ]}
      />
      {may("record_facts") && (
        <div className="row">
          <ButtonLink to={fresh} search={{ kind: fact.kind, corrects: fact.id }}>
            {t("facts.correct")}
          </ButtonLink>
          <ButtonLink to={fresh} search={{ kind: "fact.retracted", corrects: fact.id }}>
            {t("facts.retract")}
          </ButtonLink>
        </div>
      )}
      <details>
        <summary className="small">{t("facts.asSent")}</summary>
        <pre className="source">{JSON.stringify(fact.body, null, 2)}</pre>
      </details>
    </div>
  );
}
