import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, type AnyRouter } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { trouble } from "~/api/problem.ts";
import { onLanguage } from "~/i18n/index.ts";

// What the server refused it refuses again; only what did not come through is worth a second try.
const worth = (count: number, error: unknown) => count < 2 && trouble(error).code === "unreachable";

export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: worth, networkMode: "always" }, mutations: { networkMode: "always" } },
});

export function mount(router: AnyRouter) {
  // The server names tiers, units and reasons in the language that it is asked in.
  onLanguage(() => void queries.invalidateQueries());
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
