import type { Tagged } from "~/api/member.ts";
import type { Settings } from "~/api/schema.gen.ts";
import { useSend } from "~/api/send.ts";
import { useMay } from "~/api/session.ts";
import { useT } from "~/i18n/index.ts";
import { Form } from "~/ui/Form.tsx";
import { Quantity, steps } from "~/ui/format.tsx";
import { Pairs } from "~/ui/Page.tsx";
import { useProgramUnits } from "~/views/unitsOf.ts";
import { Saved } from "./Saved.tsx";
import { aboveField, approvalsOf, change, filledApprovals } from "./settings.ts";

/** What nobody does alone. */
export function TwoSettings({ value: { approvals = {} }, etag }: Tagged<Settings>) {
  const { t } = useT();
  const may = useMay();
  const { units } = useProgramUnits();
  const { send, sending, problem, data } = useSend(change(etag));
  if (!may("change_settings")) {
    return (
      <Pairs
        of={[
          [t("settings.twoProgram"), t(approvals.program ? "settings.needsTwo" : "settings.alone")],
          ...units.map(({ id, name, scale }) => {
            const limit = approvals.adjustments_above?.[id];
            return [
              t("settings.above", { unit: name }),
              limit === undefined ? t("settings.alone") : <Quantity value={limit} scale={scale} />,
            ] as const;
          }),
        ]}
      />
    );
  }
  return (
    <Form
      fields={[
        { name: "program", label: t("settings.twoProgram"), kind: "switch", hint: t("settings.twoProgramHint") },
        ...units.map(({ id, name, scale }) => ({
          name: aboveField(id),
          at: id,
          label: t("settings.above", { unit: name }),
          kind: "amount" as const,
          check: (typed: string) => (steps(typed, scale) ?? -1) >= 0,
        })),
      ]}
      initial={filledApprovals(approvals, units)}
      submit={t("ui.save")}
      sending={sending}
      problem={problem}
      onSubmit={(filled) => send({ approvals: approvalsOf(filled, units) })}
    >
      <p className="small dim">{t("settings.aboveHint")}</p>
      <Saved shown={data !== undefined} />
    </Form>
  );
}
