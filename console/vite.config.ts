import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The addresses that the light entry answers; e2e/serve.mjs and the server in Rust keep the same list. */
const LIGHT = /^\/(portal|sign-in|welcome|new-password)(\/|\?|$)/;

function twoEntries(): Plugin {
  return {
    name: "two-entries",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url && LIGHT.test(request.url)) request.url = "/portal.html";
        next();
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), twoEntries()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  server: { port: 5173, proxy: { "/v1": process.env.HANSA ?? "http://127.0.0.1:8080" } },
  build: {
    target: "es2022",
    manifest: true,
    // A data: address in a script or a style is refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { console: "index.html", portal: "portal.html" } },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
