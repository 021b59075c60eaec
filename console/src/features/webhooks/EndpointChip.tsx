import { useT } from "~/i18n/index.ts";
import { Chip, type Tone } from "~/ui/Page.tsx";

const TONES: Record<string, Tone> = {
  active: "ok",
  failing: "warn",
  paused: "wait",
  disabled: "none",
  waiting: "wait",
  done: "ok",
  failed: "bad",
};

/** The state of an endpoint, or of one delivery to it. */
export function EndpointChip({ state }: { state: string }) {
  const { label } = useT();
  return <Chip tone={TONES[state]}>{label("webhooks.stateOf.", state)}</Chip>;
}
