const DRAFT = "hansa.program";

/** The program that was typed and not applied yet; this browser keeps it. */
export const draft = {
  get: () => localStorage.getItem(DRAFT) ?? undefined,
  put: (source: string) => localStorage.setItem(DRAFT, source),
  /** The text to begin with; a draft that came into force meanwhile is none any more. */
  of: (stored: string) => {
    const typed = draft.get();
    if (typed === stored) draft.drop();
    return typed ?? stored;
  },
  drop: () => localStorage.removeItem(DRAFT),
};
