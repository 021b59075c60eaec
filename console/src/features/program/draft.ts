const DRAFT = "hansa.program";

/** The program that was typed and not applied yet; this browser keeps it. */
export const draft = {
  get: () => localStorage.getItem(DRAFT) ?? undefined,
  put: (source: string) => localStorage.setItem(DRAFT, source),
  drop: () => localStorage.removeItem(DRAFT),
};
