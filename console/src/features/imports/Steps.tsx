import { useT } from "~/i18n/index.ts";

/** Where one is in the four steps of an import. */
export function Steps({ at }: { at: 0 | 1 | 2 | 3 }) {
  const { t } = useT();
  return (
    <ol className="ladder" aria-label={t("imports.steps")}>
      {(["choose", "map", "try", "run"] as const).map((step, n) => (
        <li key={step} data-past={n < at || undefined} aria-current={n === at ? "step" : undefined}>
          {n + 1}. {t(`imports.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}
