/** A parameter of the address as a text, or nothing. Numbers and dates written there without quotes come as what they look like. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
