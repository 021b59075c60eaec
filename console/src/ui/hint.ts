import type { Field } from "./Input.tsx";

/** What a field says below its name, which may follow from what was typed. */
export const hintOf = ({ hint }: Pick<Field, "hint">, value: string) => (typeof hint === "function" ? hint(value) : hint);
