import { KINDS } from "~/api/facts.gen.ts";
import { useT } from "~/i18n/index.ts";
import type { Field } from "~/ui/Form.tsx";

const DECISIONS = ["tier.changed", "benefit.changed", "benefit.granted", "mission.changed"] as const;

/** The name of an event's kind in the reader's language. */
export function useEventName() {
  const { label } = useT();
  return (kind: string) => (kind.startsWith("fact.") ? label("kinds.", kind.slice("fact.".length)) : label("webhooks.event.", kind));
}

/** The fields of an endpoint: its name, where messages go, and which events it wants. */
export function useEndpointFields(): Field[] {
  const { t } = useT();
  const name = useEventName();
  return [
    { name: "name", label: t("webhooks.name"), required: true, max: 100 },
    { name: "url", label: t("webhooks.url"), hint: t("webhooks.urlHint"), required: true, max: 2000 },
    {
      name: "kinds",
      label: t("webhooks.kinds"),
      hint: t("webhooks.kindsHint"),
      kind: "many",
      options: [...DECISIONS, ...Object.keys(KINDS).map((kind) => `fact.${kind}`)].map((value) => ({ value, label: name(value) })),
    },
  ];
}
