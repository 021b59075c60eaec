import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { trouble, type Trouble } from "./problem.ts";

type Answer<D> = { data?: D; error?: unknown; response: Response };
export type Once = { headers: { "Idempotency-Key": string } };

/** Refusals that tell that what was read before is old. */
const MEANWHILE = ["precondition-failed", "id-taken", "sold-out", "limit-reached", "insufficient-balance"];

/** What is still under way for the first time may have been answered before the change: it is asked for anew like what was read. */
async function readAnew(queries: QueryClient) {
  await queries.cancelQueries({ predicate: ({ state }) => state.data === undefined });
  await queries.invalidateQueries();
}

/**
 * Sends a change. The same change sent again after no answer came is the same request to the server, so that nothing is done twice; after an answer
 * of any kind the next attempt is a new one.
 */
export function useSend<V, D>(call: (values: V, once: Once) => Promise<Answer<D>>, done?: (data: D, values: V) => unknown) {
  const queries = useQueryClient();
  const attempt = useRef({ values: "", key: "" });
  const mutation = useMutation<D, unknown, V>({
    mutationFn: async (values) => {
      const text = JSON.stringify(values) ?? "";
      if (attempt.current.values !== text || !attempt.current.key) attempt.current = { values: text, key: crypto.randomUUID() };
      const { data, error, response } = await call(values, {
        headers: { "Idempotency-Key": attempt.current.key },
      });
      if (response.status < 500) attempt.current.key = "";
      if (!response.ok) throw error ?? {};
      return data as D;
    },
    onSuccess: async (data, values) => {
      await done?.(data, values);
      await readAnew(queries);
    },
    onError: (error) => {
      const { code } = trouble(error);
      if (MEANWHILE.includes(code)) void readAnew(queries);
    },
  });
  const problem: Trouble | undefined = mutation.error ? trouble(mutation.error) : undefined;
  return { send: mutation.mutate, sending: mutation.isPending, problem, data: mutation.data, reset: mutation.reset };
}
