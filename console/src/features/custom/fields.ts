import type { CustomField, CustomFieldChoice, CustomFieldKind } from "~/api/schema.gen.ts";
import { LANGUAGES, NAMES, useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";

export const KINDS = ["text", "integer", "decimal", "boolean", "date", "choice"] as const satisfies readonly CustomFieldKind[];
const ID = /^[a-z][a-z0-9_]{0,49}$/;
const CHOICE = /^[a-z0-9][a-z0-9_-]{0,49}$/;

/** Choices as they are typed: one a line, its id and its names in the order of the languages, with commas between them. */
export const choicesOf = (typed: string): CustomFieldChoice[] =>
  typed
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => {
      const [id = "", ...names] = line.split(/[,，]/).map((part) => part.trim());
      return { id, names: Object.fromEntries(LANGUAGES.flatMap((tag, n) => (names[n] ? [[tag, names[n]]] : []))) };
    });

const typedChoices = (choices: CustomFieldChoice[]) =>
  choices.map(({ id, names = {} }) => [id, ...LANGUAGES.map((tag) => names[tag] ?? "")].join(", ").replace(/(, )+$/, "")).join("\n");

export const namesOf = (filled: Filled): Record<string, string> =>
  Object.fromEntries(LANGUAGES.flatMap((tag) => (filled[`names.${tag}`]?.trim() ? [[tag, filled[`names.${tag}`]!.trim()]] : [])));

export const filledField = ({ names, choices }: CustomField): Filled => ({
  ...Object.fromEntries(LANGUAGES.map((tag) => [`names.${tag}`, names[tag] ?? ""])),
  choices: typedChoices(choices),
});

/** The inputs of a field: a new one has an id and a kind, which stay. */
export function useInputs(kind: CustomFieldKind | undefined): Field[] {
  const { t } = useT();
  const fresh: Field[] = [
    { name: "id", label: t("members.id"), hint: t("custom.idHint"), required: true, max: 50, check: (typed) => ID.test(typed) },
    {
      name: "kind",
      label: t("custom.kind"),
      hint: t("custom.kindHint"),
      kind: "select",
      required: true,
      options: KINDS.map((value) => ({ value, label: t(`custom.kindOf.${value}`) })),
    },
  ];
  return [
    ...(kind ? [] : fresh),
    ...LANGUAGES.map((tag): Field => ({
      name: `names.${tag}`,
      at: "names",
      label: t("custom.nameIn", { language: NAMES[tag] }),
      max: 100,
    })),
    ...(!kind || kind === "choice"
      ? [
          {
            name: "choices",
            label: t("custom.choices"),
            hint: t("custom.choicesHint"),
            kind: "area" as const,
            check: (typed: string) => choicesOf(typed).every(({ id }) => CHOICE.test(id)),
          },
        ]
      : []),
  ];
}
