import { useQuery } from "@tanstack/react-query";
import { programQuery, rankIn } from "~/api/program.ts";
import { useNames } from "./names.tsx";

/** The place of a tier in its ladder, for staff: the frame around every screen has read the program. */
export function useRank() {
  const document = useQuery({ ...programQuery, enabled: false }).data?.document;
  return (track: string, tier: string) => rankIn(document, track, tier);
}

/** A tier with its diamond; the colour follows its place in the ladder where that is known. */
export function Tier({ track, id, name, rank }: { track: string; id: string; name: string; rank?: number }) {
  const names = useNames();
  return (
    <span className="tier" data-rank={rank}>
      {names(`tier.${track}`, { id, name })}
    </span>
  );
}
