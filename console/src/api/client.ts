import createClient, { type Middleware } from "openapi-fetch";
import createQueries from "openapi-react-query";
import type { paths } from "./schema.gen.ts";

/** Where somebody who is not signed in goes, and comes back from. */
export function signIn() {
  const here = location.pathname + location.search;
  if (!/^\/(sign-in|welcome|new-password|portal\/(sign-up|join))/.test(here)) location.assign(`/sign-in?to=${encodeURIComponent(here)}`);
}

const rules: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", document.documentElement.lang);
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
  async onResponse({ request, response }) {
    if (response.status === 401 && !new URL(request.url).pathname.startsWith("/v1/sign-in/")) {
      const problem = await response
        .clone()
        .json()
        .catch(() => ({}));
      if (problem.code === "unauthenticated") signIn();
    }
    // What stands between may answer in the server's place, with nothing or with a page of its own.
    const own = response.headers.get("Content-Type")?.includes("json");
    return response.ok || own ? undefined : Response.json({ code: "unreachable" }, { status: response.status });
  },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(rules);

export const $api = createQueries(api);
