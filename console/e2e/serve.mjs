// Serves dist/ as the binary will: files, two entries with the nonce written in, the content security policy, and /v1 from a running server.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

const upstream = new URL(process.env.HANSA ?? "http://127.0.0.1:8080");
const port = Number(process.env.PORT ?? 4173);
const dist = process.env.DIST ? pathToFileURL(`${process.env.DIST}/`) : new URL("../dist/", import.meta.url);
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};
const LIGHT = /^\/(portal|sign-in|welcome|new-password)(\/|$)/;

const policy = (nonce) =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");

function pass(from, to) {
  const headers = { ...from.headers };
  // The server compares Origin with Host: both stay as the browser said them.
  const forth = request({ host: upstream.hostname, port: upstream.port, path: from.url, method: from.method, headers }, (back) => {
    to.writeHead(back.statusCode, back.headers);
    back.pipe(to);
  });
  forth.on("error", () => to.writeHead(502).end());
  from.pipe(forth);
}

createServer((from, to) => {
  const path = new URL(from.url, "http://localhost").pathname;
  if (path.startsWith("/v1/") || path === "/openapi.json") return pass(from, to);
  const safe = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin" };
  if (path.startsWith("/assets/")) {
    const file = new URL(`.${path}`, dist);
    if (!existsSync(file)) return to.writeHead(404, safe).end();
    const zipped = /\bgzip\b/.test(from.headers["accept-encoding"] ?? "") && existsSync(new URL(`${file.href}.gz`));
    to.writeHead(200, {
      ...safe,
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Cache-Control": "public, max-age=31536000, immutable",
      ...(zipped && { "Content-Encoding": "gzip" }),
    });
    return to.end(readFileSync(zipped ? new URL(`${file.href}.gz`) : file));
  }
  const nonce = randomBytes(16).toString("base64");
  const page = readFileSync(new URL(LIGHT.test(path) ? "portal.html" : "index.html", dist), "utf8").replaceAll("__CSP_NONCE__", nonce);
  to.writeHead(200, {
    ...safe,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": policy(nonce),
  });
  return to.end(page);
}).listen(port, "127.0.0.1", () => console.log(`http://localhost:${port}`));
