import { readdirSync, readFileSync } from "node:fs";
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

/** What the reader of PDFs fetches when a document needs it: tables of Chinese characters, and decoders of scans. */
function besidePdf(): Plugin {
  const from = (folder: string) => new URL(`./node_modules/pdfjs-dist/${folder}/`, import.meta.url);
  return {
    name: "beside-pdf",
    generateBundle() {
      const { version } = JSON.parse(readFileSync(new URL("../package.json", from("build")), "utf8")) as { version: string };
      for (const folder of ["cmaps", "wasm"])
        for (const name of readdirSync(from(folder)).filter((file) => /\.bcmap$|_fallback\.js$/.test(file)))
          this.emitFile({ type: "asset", fileName: `assets/pdf-${version}/${name}`, source: readFileSync(new URL(name, from(folder))) });
    },
  };
}

type Modules = { getModuleInfo: (id: string) => { importedIds: readonly string[]; dynamicallyImportedIds: readonly string[] } | null };

/** The modules that one needs, before it runs or, with `later`, ever. */
function needs(of: string, modules: Modules, later: boolean, found = new Set<string>()) {
  if (found.has(of)) return found;
  found.add(of);
  const info = modules.getModuleInfo(of);
  for (const id of [...(info?.importedIds ?? []), ...((later && info?.dynamicallyImportedIds) || [])]) needs(id, modules, later, found);
  return found;
}
const [CONSOLE, PORTAL] = ["main", "portal"].map((name) => new URL(`./src/${name}.tsx`, import.meta.url).pathname) as [string, string];
const known = new Map<string, Set<string>>();

/**
 * What an entry needs before it shows anything comes in few files: over HTTP/1.1 many small ones cost more in ways there and back than in bytes. One has
 * what both need at once, one for each what the other never needs; the rest is split as it is needed.
 */
function firstFile(id: string, modules: Modules): string | null {
  const needed = (entry: string, later: boolean) => {
    const key = `${entry} ${later}`;
    if (!known.has(key)) known.set(key, needs(entry, modules, later));
    return known.get(key)!.has(id);
  };
  if (id.endsWith(".html") || id === CONSOLE || id === PORTAL) return null;
  if (!needed(CONSOLE, true)) return "portal-first";
  if (!needed(PORTAL, true)) return "console-first";
  return needed(CONSOLE, false) && needed(PORTAL, false) ? "both" : null;
}

export default defineConfig({
  plugins: [react(), twoEntries(), besidePdf()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  server: { port: 5173, proxy: { "/v1": process.env.HANSA ?? "http://127.0.0.1:8080" } },
  build: {
    target: "es2022",
    manifest: true,
    // A data: address in a script or a style is refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { console: "index.html", portal: "portal.html" },
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: firstFile, tags: ["$initial"] }] } },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
