import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { useSend } from "./send.ts";

const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;

/** Answers one after the other; `undefined` is no answer at all. */
function server(...statuses: (number | undefined)[]) {
  const keys: string[] = [];
  const call = async (_: string, once: { headers: { "Idempotency-Key": string } }) => {
    keys.push(once.headers["Idempotency-Key"]);
    const status = statuses[keys.length - 1];
    if (!status) throw new TypeError("network");
    return { data: status < 300 ? "done" : undefined, error: { code: "refused", status }, response: new Response(null, { status }) };
  };
  return { keys, call };
}

async function attempts(statuses: (number | undefined)[], sent: string[]) {
  const { keys, call } = server(...statuses);
  const { result } = renderHook(() => useSend(call), { wrapper });
  for (const [n, values] of sent.entries()) {
    act(() => result.current.send(values));
    await waitFor(() => expect(keys.length).toBe(n + 1));
    await waitFor(() => expect(result.current.sending).toBe(false));
  }
  return { keys, problem: result.current.problem };
}

test("the same change sent again after no answer is the same request", async () => {
  const { keys } = await attempts([undefined, 503, 200], ["a", "a", "a"]);
  expect(new Set(keys).size).toBe(1);
});

test("after a refusal, or with other values, it is a new request", async () => {
  const { keys } = await attempts([409, undefined, 200], ["a", "a", "b"]);
  expect(new Set(keys).size).toBe(3);
});

test("no answer is told as such, a refusal by its code", async () => {
  expect((await attempts([undefined], ["a"])).problem?.code).toBe("unreachable");
  expect((await attempts([409], ["a"])).problem?.code).toBe("refused");
});

test("what was asked before the change and answered after it is asked anew", async () => {
  const answer: ((text: string) => void)[] = [];
  const { result } = renderHook(
    () => ({
      list: useQuery({ queryKey: ["list"], queryFn: () => new Promise<string>((resolve) => answer.push(resolve)) }),
      change: useSend(server(200).call),
    }),
    { wrapper },
  );
  await waitFor(() => expect(answer).toHaveLength(1));
  act(() => result.current.change.send("a"));
  await waitFor(() => expect(answer).toHaveLength(2));
  for (const [n, text] of ["before", "after"].entries()) answer[n]!(text);
  await waitFor(() => expect(result.current.list.data).toBe("after"));
});
