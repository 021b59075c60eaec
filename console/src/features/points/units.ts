import { $api } from "~/api/client.ts";
import { useT } from "~/i18n/index.ts";
import type { Field } from "~/ui/Form.tsx";
import { formatSteps, steps } from "~/ui/format.tsx";
import { useGo } from "~/ui/route.ts";
import { useNames } from "~/views/names.tsx";

/** The units of the program with what the member has of each; amounts are typed in whole units and sent in smallest steps. */
export function useUnits(member: string) {
  const { t, language } = useT();
  const names = useNames();
  const query = $api.useQuery("get", "/v1/members/{member}/balances", { params: { path: { member } } });
  const items = query.data?.items ?? [];
  const scale = (unit: string | undefined) => items.find((item) => item.unit.id === unit)?.scale ?? 0;
  const fields: Field[] = [
    {
      name: "unit",
      label: t("points.unit"),
      kind: "select",
      required: true,
      options: items.map((item) => ({
        value: item.unit.id,
        label: `${names("unit", item.unit)} (${formatSteps(item.available, item.scale, language)})`,
      })),
    },
    {
      name: "amount",
      label: t("points.amount"),
      kind: "amount",
      required: true,
      check: (typed) => steps(typed, 6) !== undefined && steps(typed, 6) !== 0,
    },
  ];
  return {
    query,
    fields,
    first: items[0]?.unit.id ?? "",
    amount: (unit = "", typed = "") => steps(typed, scale(unit)) ?? 0,
  };
}

export function useBack(member: string) {
  const go = useGo();
  return () => go(`/members/${encodeURIComponent(member)}/points`);
}
