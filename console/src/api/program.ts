import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import type { VersionView } from "./schema.gen.ts";

export type Text = string | Record<string, string>;
export type Entry = { id: string; name?: Text; [key: string]: unknown };
export type Document = { id: string; name?: Text; [section: string]: unknown };

/** Of the versions in effect by now, the one with the highest number. */
export const inForce = (versions: VersionView[], now = Date.now()) =>
  versions
    .filter((version) => !version.effective_from || Date.parse(version.effective_from) <= now)
    .toSorted((a, b) => b.number - a.number)[0];

export async function parse(source: string): Promise<Document> {
  const { parse: read } = await import("smol-toml");
  return read(source) as Document;
}

export const entries = (document: Document, section: string): Entry[] =>
  Array.isArray(document[section]) ? (document[section] as Entry[]) : [];

export const programQuery = queryOptions({
  queryKey: ["program"],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }) => {
    const { data: versions, error } = await api.GET("/v1/program/versions", { signal });
    if (!versions) throw error;
    const current = inForce(versions.items);
    if (!current) return null;
    const { data: version, error: unread } = await api.GET("/v1/program/versions/{number}", {
      params: { path: { number: current.number } },
      signal,
    });
    if (!version) throw unread;
    return { version, document: await parse(version.source ?? "") };
  },
});

/** A text of the program in a language; English, or whatever there is, where it lacks that. */
export const textOf = (text: Text | undefined, language: string): string | undefined =>
  typeof text === "string" ? text : (text?.[language] ?? text?.en ?? Object.values(text ?? {})[0]);

export function nameIn(document: Document, section: string, id: string, language: string): string | undefined {
  if (section === "program") return id === document.id ? textOf(document.name, language) : undefined;
  const [kind, parent] = section.split(".");
  const list =
    kind === "tier"
      ? (entries(document, "track").find((track) => track.id === parent)?.tier as Entry[] | undefined)
      : kind === "step"
        ? (entries(document, "mission").find((mission) => mission.id === parent)?.step as Entry[] | undefined)
        : entries(document, kind!);
  return textOf(list?.find((entry) => entry.id === id)?.name, language);
}

export const rankIn = (document: Document | undefined, track: string, tier: string): number | undefined => {
  const tiers = document && (entries(document, "track").find((entry) => entry.id === track)?.tier as Entry[] | undefined);
  const rank = tiers?.findIndex((entry) => entry.id === tier) ?? -1;
  return rank < 0 ? undefined : rank;
};
