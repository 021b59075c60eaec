import type { ReactNode } from "react";
import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import type { Suggestions } from "./Suggested.tsx";
import { SuggestedArea } from "./SuggestedArea.tsx";
import { ColorInput } from "./ColorInput.tsx";
import { hintOf } from "./hint.ts";
import { useT } from "~/i18n/index.ts";

export type Field = {
  name: string;
  label: string;
  /** The server's name of it, or its names, where that differs. */
  at?: string | string[];
  kind?: "text" | "email" | "tel" | "reach" | "password" | "select" | "many" | "area" | "switch" | "instant" | "amount" | "color";
  required?: boolean;
  /** What it takes; or what is made of what was typed. */
  hint?: string | ((value: string) => string);
  options?: { value: string; label: string }[];
  max?: number;
  /** How high a field of several lines is. */
  rows?: number;
  auto?: string;
  check?: (value: string) => boolean;
  /** What could stand at the caret of a field of several lines, by what else was filled in. */
  suggest?: (text: string, caret: number, asked: boolean, filled: Record<string, string>) => Suggestions | undefined;
  /** Whether it is asked, by what else was filled in. */
  shown?: (filled: Record<string, string>) => boolean;
};

type Props = {
  field: Field;
  value: string;
  filled: Record<string, string>;
  error: ReactNode;
  first?: boolean;
  onChange: (value: string) => void;
};

export function Input({ field, value, filled, error, first, onChange }: Props) {
  const { t } = useT();
  const { name, label, kind = "text", required, options = [], max, auto, rows = 4 } = field;
  const hint = hintOf(field, value);
  const shared = {
    name,
    label,
    required,
    error,
    value,
    description: hint,
    maxLength: max,
    autoComplete: auto ?? "off",
    "data-autofocus": first || undefined,
  };
  const typed = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  switch (kind) {
    case "password":
      return (
        <PasswordInput
          {...shared}
          aria-invalid={error ? true : undefined}
          onChange={typed}
          visibilityToggleButtonProps={{ "aria-label": t("ui.reveal"), tabIndex: 0 }}
        />
      );
    case "area":
      return field.suggest ? (
        <SuggestedArea {...shared} onChange={onChange} rows={rows} suggest={(...at) => field.suggest!(...at, filled)} />
      ) : (
        <Textarea {...shared} onChange={typed} rows={rows} />
      );
    case "select":
      return <NativeSelect {...shared} onChange={typed} data={required && value ? options : [{ value: "", label: "–" }, ...options]} />;
    case "switch":
      return (
        <Checkbox
          name={name}
          label={label}
          description={hint}
          error={error}
          checked={value === "true"}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case "many": {
      const chosen = value.split(" ").filter(Boolean);
      return (
        <Checkbox.Group label={label} description={hint} error={error} value={chosen} onChange={(next) => onChange(next.join(" "))}>
          <div className="picks">
            {options.map((option) => (
              <Checkbox key={option.value} value={option.value} label={option.label} />
            ))}
          </div>
        </Checkbox.Group>
      );
    }
    case "color":
      return <ColorInput {...shared} onChange={onChange} />;
    case "instant":
      return <TextInput {...shared} type="datetime-local" onChange={typed} />;
    case "reach":
      return <TextInput {...shared} inputMode="email" autoCapitalize="none" spellCheck={false} onChange={typed} />;
    case "amount":
      return <TextInput {...shared} inputMode="decimal" onChange={typed} />;
    default:
      return <TextInput {...shared} type={kind} onChange={typed} />;
  }
}
