// Writes .br and .gz beside each built file that gains by it, so that the server compresses nothing while it answers.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../dist/assets/", import.meta.url);
for (const name of readdirSync(folder)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const file = new URL(name, folder);
  const bytes = readFileSync(file);
  writeFileSync(new URL(`${name}.gz`, folder), gzipSync(bytes, { level: 9 }));
  writeFileSync(new URL(`${name}.br`, folder), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
