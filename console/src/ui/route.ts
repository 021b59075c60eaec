import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

/** A part of the address. */
export function useParam(name: string): string {
  return (useParams({ strict: false }) as Record<string, string>)[name] ?? "";
}

export type Search = Record<string, string | undefined>;

/** What stands in the address behind `?`, and a way to change some of it. */
export function useAddress(): [Search, (change: Search, trail?: string[]) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  return [
    search,
    (change, trail) =>
      void navigate({
        to: ".",
        search: ((old: Search) => ({ ...old, ...change })) as never,
        state: { trail } as never,
      }),
  ];
}

/** Goes to another place and leaves what stands behind `?` as it is. */
export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => void navigate({ to: to as never, search: true as never });
}
