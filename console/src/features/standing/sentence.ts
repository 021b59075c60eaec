import type { ReceiptView } from "~/api/schema.gen.ts";
import type { Language, Translate } from "~/i18n/index.ts";
import { formatDecimal, formatSteps, formatTime } from "~/ui/format.tsx";

type Name = (section: string, id: string) => string;
type Scale = (unit: string) => number;
type Decision = Record<string, unknown> & { decided: string };

const TIER = ["joined", "rose", "kept", "grace", "fell", "set_by_hand", "hand_ended", "program_changed"] as const;
const MOVED = ["spent", "reserved", "committed", "cancelled", "adjusted", "shared_out", "shared_in"] as const;

/** What a receipt decided, in the reader's language; nothing where its kind is not known here, and the server's sentence stands. */
export function sentence(receipt: ReceiptView, t: Translate, language: Language, name: Name, scale: Scale): string | undefined {
  const decision = receipt.decision as unknown as Decision;
  const text = (key: string) => String(decision[key] ?? "");
  const units = () => `${formatSteps(Number(decision.amount), scale(text("unit")), language)} ${name("unit", text("unit"))}`;
  switch (decision.decided) {
    case "accrual":
      return t("receipts.accrual", { units: units(), rule: name("earn", receipt.rule.replace(/^earn:/, "")) });
    case "tier": {
      const change = TIER.find((known) => known === decision.change);
      if (!change) return undefined;
      const tier = (key: string) => name(`tier.${text("track")}`, text(key));
      return t(`receipts.tier.${change}`, {
        track: name("track", text("track")),
        from: tier("from"),
        to: tier("to"),
      });
    }
    case "restoration":
      return t("receipts.restoration", { units: units() });
    case "entitled":
      return t(decision.now ? "receipts.entitled" : "receipts.ended", {
        benefit: name("benefit", text("benefit")),
      });
    case "granted":
      return t("receipts.granted", {
        benefit: name("benefit", text("benefit")),
        units: units(),
        period: text("period"),
      });
    case "mission":
      return t(decision.done ? "receipts.missionDone" : "receipts.missionUndone", {
        mission: name("mission", receipt.rule.replace(/^mission:/, "")),
      });
    case "moved": {
      const what = MOVED.find((known) => known === decision.what);
      return what && t(`receipts.moved.${what}`, { units: units() });
    }
    default:
      return undefined;
  }
}

type Value = { dec?: string; int?: number; text?: string; bool?: boolean; day?: string; at?: number } | null;

/** A value of the engine as a person reads it. */
export function valueText(value: unknown, language: Language): string {
  const known = value as Value;
  if (known === null || known === undefined) return "–";
  if (typeof known !== "object") return String(known);
  if (known.dec !== undefined) return formatDecimal(known.dec, language);
  if (known.int !== undefined) return formatDecimal(String(known.int), language);
  if (known.at !== undefined) return formatTime(new Date(known.at / 1000).toISOString(), language);
  return String(Object.values(known)[0]);
}
