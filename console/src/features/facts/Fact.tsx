import { $api } from "~/api/client.ts";
import type { Fact as View } from "~/api/schema.gen.ts";
import { useT } from "~/i18n/index.ts";
import { Dialog } from "~/ui/Dialog.tsx";
import { When } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useGo, useParam } from "~/ui/route.ts";
import { Loaded } from "~/ui/states.tsx";
import { useBody } from "./Body.tsx";

export default function FactPage() {
  const { t } = useT();
  const [member, fact] = [useParam("member"), useParam("fact")];
  const go = useGo();
  const query = $api.useQuery("get", "/v1/members/{member}/facts/{fact}", { params: { path: { member, fact } } });
  return (
    <Dialog title={t("facts.fact")} onClose={() => go(`/members/${encodeURIComponent(member)}/facts`)}>
      <Loaded query={query}>{(found) => <Fact fact={found} />}</Loaded>
    </Dialog>
  );
}

function Fact({ fact }: { fact: View }) {
  const { t, label } = useT();
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
      <details>
        <summary className="small">{t("facts.asSent")}</summary>
        <pre className="source">{JSON.stringify(fact.body, null, 2)}</pre>
      </details>
    </div>
  );
}
