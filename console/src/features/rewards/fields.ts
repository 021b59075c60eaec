import type { Reward, RewardChange } from "~/api/schema.gen.ts";
import { LANGUAGES, NAMES, useT } from "~/i18n/index.ts";
import type { Field, Filled } from "~/ui/Form.tsx";
import { decimal, instant, localInput, steps } from "~/ui/format.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";

const whole = (typed: string) => /^\d{1,9}$/.test(typed);

/** The fields of a reward; a new one has a unit and may have an id of one's own. */
export function useRewardFields(fresh: boolean): Field[] {
  const { t } = useT();
  const { units, tiers } = useProgramUnits();
  return [
    ...LANGUAGES.map((tag, n) => ({
      name: `names.${tag}`,
      // A text in one language at least is wanted: where there is none, the server says so of all of them.
      at: n === 0 ? "names" : undefined,
      label: `${t("rewards.name")} (${NAMES[tag]})`,
      hint: n === 0 ? t("rewards.nameHint") : undefined,
      max: 200,
    })),
    ...LANGUAGES.map((tag) => ({
      name: `descriptions.${tag}`,
      label: `${t("rewards.description")} (${NAMES[tag]})`,
      kind: "area" as const,
      rows: 2,
      max: 2000,
    })),
    { name: "category", label: t("rewards.category"), max: 100 },
    ...(fresh
      ? [
          {
            name: "unit",
            label: t("rewards.unit"),
            kind: "select" as const,
            required: true,
            options: units.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
    {
      name: "price",
      label: t("rewards.price"),
      hint: t("rewards.priceHint"),
      kind: "amount",
      required: true,
      check: (typed) => (steps(typed, 6) ?? 0) > 0,
    },
    { name: "stock", label: t("rewards.stock"), hint: t("rewards.stockHint"), kind: "amount", check: whole },
    {
      name: "per_member",
      label: t("rewards.perMember"),
      hint: t("rewards.perMemberHint"),
      kind: "amount",
      check: (typed) => whole(typed) && Number(typed) > 0,
    },
    {
      name: "tiers",
      label: t("rewards.tiers"),
      hint: t("rewards.tiersHint"),
      kind: "many",
      options: tiers.map(({ id, name }) => ({ value: id, label: name })),
    },
    { name: "from", label: t("rewards.from"), kind: "instant" },
    { name: "until", label: t("rewards.until"), kind: "instant" },
    ...(fresh
      ? [{ name: "id", label: t("rewards.id"), hint: t("rewards.idHint"), max: 100, check: (typed: string) => /^[\w.-]+$/.test(typed) }]
      : [{ name: "open", label: t("rewards.open"), hint: t("rewards.openHint"), kind: "switch" as const }]),
  ];
}

const texts = (filled: Filled, kind: "names" | "descriptions") =>
  Object.fromEntries(
    LANGUAGES.flatMap((tag) => {
      const text = filled[`${kind}.${tag}`]?.trim();
      return text ? [[tag, text]] : [];
    }),
  );

export const filledReward = (reward: Reward, scale: number): Filled => ({
  ...Object.fromEntries(
    LANGUAGES.flatMap((tag) => [
      [`names.${tag}`, reward.names[tag] ?? ""],
      [`descriptions.${tag}`, reward.descriptions[tag] ?? ""],
    ]),
  ),
  category: reward.category ?? "",
  price: decimal(reward.price, scale),
  stock: String(reward.stock ?? ""),
  per_member: String(reward.per_member ?? ""),
  tiers: reward.tiers.join(" "),
  from: localInput(reward.from ?? undefined),
  until: localInput(reward.until ?? undefined),
  open: String(reward.open),
});

/** What was filled in, as the server takes it. */
export function rewardOf(filled: Filled, scale: number) {
  const number = (text: string | undefined) => (text?.trim() ? Number(text) : null);
  return {
    names: texts(filled, "names"),
    descriptions: texts(filled, "descriptions"),
    category: filled.category?.trim() || null,
    price: steps(filled.price ?? "", scale) ?? 0,
    stock: number(filled.stock),
    per_member: number(filled.per_member),
    tiers: (filled.tiers ?? "").split(" ").filter(Boolean),
    from: instant(filled.from ?? "") ?? null,
    until: instant(filled.until ?? "") ?? null,
  };
}

/** Only what was changed, so that nothing is put back that somebody else changes meanwhile. */
export function changes(before: Filled, after: Filled, scale: number): RewardChange {
  const is = { ...rewardOf(after, scale), open: after.open === "true" };
  const was: Record<string, unknown> = { ...rewardOf(before, scale), open: before.open === "true" };
  return Object.fromEntries(Object.entries(is).filter(([key, now]) => JSON.stringify(now) !== JSON.stringify(was[key])));
}
