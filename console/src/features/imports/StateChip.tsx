import { useT } from "~/i18n/index.ts";
import { Chip, type Tone } from "~/ui/Page.tsx";

const TONES: Record<string, Tone> = { running: "info", interrupted: "warn", done: "ok", undone: "none" };

export function StateChip({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state]}>{label("imports.stateOf.", state)}</Chip>;
}
