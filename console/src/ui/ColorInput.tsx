import { TextInput, type TextInputProps } from "@mantine/core";
import { useT } from "~/i18n/index.ts";
import { contrast, CONTRAST_MIN, isColor } from "~/theme/colour.ts";

type Props = Omit<TextInputProps, "onChange" | "value"> & { value: string; onChange: (value: string) => void };

/** A colour, typed or picked, with white text on it as it would be and how much that stands out. */
export function ColorInput({ value, onChange, ...rest }: Props) {
  const { t, language } = useT();
  const typed = value.trim();
  const ratio = isColor(typed) ? contrast(typed, "#ffffff") : undefined;
  return (
    <div className="stack tight">
      <TextInput
        {...rest}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        rightSection={
          <input
            type="color"
            className="picker"
            aria-label={t("ui.pickColor")}
            value={isColor(typed) ? typed : "#0f766e"}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        }
      />
      {ratio !== undefined && (
        <p className="row small" role="status">
          {ratio >= CONTRAST_MIN && (
            <span className="swatch" style={{ background: typed }}>
              {t("ui.sample")}
            </span>
          )}
          <span className={ratio < CONTRAST_MIN ? "chip free bad" : "dim"}>
            {t("ui.contrast", {
              ratio: new Intl.NumberFormat(language, { maximumFractionDigits: 1, roundingMode: "floor" } as object).format(ratio),
            })}
          </span>
        </p>
      )}
    </div>
  );
}
