import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";

/** Shorter than what two keys are apart for most, long enough that not each of them asks. */
const PAUSE_MS = 150;

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: string;
  shown?: boolean;
  hint?: string;
  max?: number;
  check?: (typed: string) => boolean;
};

/** A field that tells what was typed once one pauses, or at once by Enter, and what does not pass not at all. */
export function Typed({ label, value, onChange, type, shown, hint, max = 100, check }: Props) {
  const [typed, setTyped] = useState(value);
  const wrong = typed.trim() !== "" && check?.(typed.trim()) === false;
  const news = typed !== value && !wrong;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (!news) return undefined;
    const waits = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(waits);
  });
  return (
    <TextInput
      type={type}
      label={shown && label}
      aria-label={label}
      aria-invalid={wrong || undefined}
      description={hint}
      placeholder={shown ? undefined : label}
      maxLength={max}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={({ key, nativeEvent }) => key === "Enter" && !nativeEvent.isComposing && news && onChange(typed)}
    />
  );
}
