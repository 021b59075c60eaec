// Holds what a page must fetch, JavaScript and style sheets by gzip, to the limits of the issue.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const manifest = JSON.parse(readFileSync(new URL("../dist/.vite/manifest.json", import.meta.url), "utf8"));
const size = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;

/** All files that a chunk needs before it runs. */
function needs(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const css of chunk.css ?? []) found.add(css);
  for (const other of chunk.imports ?? []) needs(other, found);
  return found;
}

const PAGES = [
  ["console entry and members list", ["index.html", "src/locales/zh-CN/console.ts"], 290],
  ["portal home", ["portal.html", "src/locales/zh-CN/portal.ts"], 160],
  ["sign-in", ["portal.html", "src/locales/zh-CN/portal.ts", "src/locales/zh-CN/portalPages.ts", "src/account/SignIn.tsx"], 200],
];
const heaviest = Object.keys(manifest).filter((key) => key.startsWith("src/features/") && manifest[key].isDynamicEntry);
for (const key of heaviest) PAGES.push([key, ["index.html", "src/locales/zh-CN/console.ts", key], 480]);

let failed = false;
const rows = PAGES.map(([name, keys, limit]) => {
  const files = new Set(keys.flatMap((key) => [...needs(key)]));
  const kilobytes = [...files].reduce((sum, file) => sum + size(file), 0) / 1000;
  failed ||= kilobytes > limit;
  return { name, kilobytes, limit };
});
const told = [
  ...rows.slice(0, 3),
  ...rows
    .slice(3)
    .toSorted((a, b) => b.kilobytes - a.kilobytes)
    .slice(0, 3),
];
for (const { name, kilobytes, limit } of told)
  console.log(`${kilobytes > limit ? "TOO LARGE" : "ok"}\t${kilobytes.toFixed(1)} of ${limit} kB\t${name}`);
process.exit(failed ? 1 : 0);
