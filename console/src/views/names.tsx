import { createContext, useContext } from "react";
import type { NamedView } from "~/api/schema.gen.ts";

/** Names of the program by section and id in the reader's language, where the reader may read the program. */
export type Names = (section: string, id: string) => string | undefined;
export const NamesContext = createContext<Names>(() => undefined);

/** The name of something of the program: in the language of the reader, else as the server told it. */
export function useNames() {
  const names = useContext(NamesContext);
  return (section: string, named: NamedView | string) => {
    const id = typeof named === "string" ? named : named.id;
    return names(section, id) ?? (typeof named === "string" ? named : named.name);
  };
}
