import { useQuery } from "@tanstack/react-query";
import { entries, programQuery } from "~/api/program.ts";
import { useNames } from "./names.tsx";
import type { Unit } from "./reward.tsx";

/** The units and the first track of the program in force, for staff: the frame around every screen has read it already. */
export function useProgramUnits() {
  const names = useNames();
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  const units = document ? entries(document, "unit") : [];
  const scale = (id: string) => Number(units.find((unit) => unit.id === id)?.scale ?? 0);
  const track = document && entries(document, "track")[0];
  const tiers = ((track?.tier ?? []) as { id: string }[]).map(({ id }, rank) => ({
    id,
    rank,
    track: track!.id,
    name: names(`tier.${track!.id}`, id),
  }));
  return {
    units: units.map(({ id }) => ({ id, name: names("unit", id), scale: scale(id) })),
    unit: (id: string): Unit => ({ name: names("unit", id), scale: scale(id) }),
    tiers,
  };
}
