import type { Problem } from "./schema.gen.ts";

export type { Problem };

/** What went wrong, whether the server said so or nothing came back at all. */
export type Trouble = Problem | { code: "unreachable" };

export function trouble(error: unknown): Trouble {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") return error as Problem;
  return { code: "unreachable" };
}

export const said = (trouble: Trouble): trouble is Problem => "status" in trouble;
