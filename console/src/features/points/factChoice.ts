import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import { formatTime } from "~/ui/format.tsx";

/** The latest facts of some kinds as something to choose from. */
export function useFactChoice(member: string, kinds: string[]) {
  const { language, label } = useT();
  const { data } = $api.useQuery("get", "/v1/members/{member}/facts", {
    params: { path: { member }, query: { kind: kinds[0]!, limit: 100 } },
  });
  const other = $api.useQuery(
    "get",
    "/v1/members/{member}/facts",
    { params: { path: { member }, query: { kind: kinds[1], limit: 100 } } },
    { enabled: kinds.length > 1 },
  );
  return [...(data?.items ?? []), ...(other.data?.items ?? [])].map((fact) => {
    const { unit, amount, reference } = fact.body as Record<string, string | number | undefined>;
    const what = [label("kinds.", fact.kind), formatTime(fact.occurred_at, language), unit && `${unit} ${amount}`, reference].filter(
      Boolean,
    );
    return { value: fact.id, label: what.join(" · ") };
  });
}
