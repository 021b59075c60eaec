import { expect, test, vi } from "vitest";

const answers = vi.fn<() => Promise<Response>>();
vi.stubGlobal("fetch", answers);
const { api } = await import("./client.ts");

test("what answers in the server's place does not speak for it, and is never taken for nothing", async () => {
  for (const answer of [
    new Response("", { status: 502 }),
    new Response("<h1>Bad gateway</h1>", { status: 504, headers: { "Content-Type": "text/html" } }),
  ]) {
    answers.mockResolvedValueOnce(answer);
    expect((await api.GET("/v1/session")).error).toEqual({ code: "unreachable" });
  }
});

test("a problem is told as the server said it", async () => {
  const problem = { code: "internal", title: "A mistake of ours", status: 500 };
  answers.mockResolvedValueOnce(
    new Response(JSON.stringify(problem), { status: 500, headers: { "Content-Type": "application/problem+json" } }),
  );
  expect((await api.GET("/v1/session")).error).toEqual(problem);
});
