import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GATEWAY } from "./gateway.ts";
import { CHROMIUM, type Demo } from "./people.ts";
import { configuration, SECRET, startProvider } from "./provider.ts";
import { says } from "./says.ts";

const API = Number(process.env.API_PORT ?? 8190);
const PORT = process.env.PORT ?? "4180";

/** A demo marketplace out of the real binary, and the built files in front of it. */
export default async function seed() {
  const binary = process.env.HANSA_BIN ?? fileURLToPath(new URL("../../target/debug/hansa", import.meta.url));
  for (const [what, where, how] of [
    ["Chromium", CHROMIUM, "install Debian's packages chromium and fonts-noto-cjk, or name another by CHROMIUM"],
    ["The server", binary, "build it by cargo build, or name another by HANSA_BIN"],
    ["The built console", fileURLToPath(new URL("../dist/index.html", import.meta.url)), "build it by npm run build"],
  ])
    if (!existsSync(where!)) throw new Error(`${what} is not there (${where}): ${how}.`);
  const folder = mkdtempSync(join(tmpdir(), "hansa-e2e-"));
  const data = join(folder, "data");
  const origin = `http://localhost:${PORT}`;
  const api = `127.0.0.1:${API}`;
  const hansa = (...asked: string[]) => execFileSync(binary, [...asked, "--data", data], { cwd: folder, encoding: "utf8" });
  const said = hansa("demo", "--no-serve", "--members", "200", "--durability", "normal");
  const password = /all with the password `([^`]+)`/.exec(said)![1]!;
  const invited = hansa("staff", "invite", "new-one@demo.example", "--name", "New One", "--role", "analyst", "--public-url", origin);
  const { provider, issuer } = await startProvider(origin);
  writeFileSync(join(folder, "providers.toml"), configuration(issuer));
  writeFileSync(join(folder, "sms.toml"), GATEWAY);
  const how =
    "--durability normal --webhooks-inside --sign-up --sign-in-rate 1000 --identity-providers providers.toml --sms sms.toml".split(" ");
  const server = spawn(binary, ["serve", "--data", data, "--listen", api, "--public-url", origin, ...how], {
    cwd: folder,
    env: { ...process.env, PROVIDER_SECRET: SECRET },
  });
  await says(server, `localhost:${API}`);
  const files = spawn(process.execPath, [fileURLToPath(new URL("./serve.mjs", import.meta.url))], {
    env: { ...process.env, HANSA: `http://${api}`, PORT },
  });
  await says(files, "http://");
  mkdirSync(new URL("./out/", import.meta.url), { recursive: true });
  const demo: Demo = { password, invitation: /http\S+#\S+/.exec(invited)![0], pids: [server.pid!, files.pid!, provider.pid!] };
  writeFileSync(new URL("./out/demo.json", import.meta.url), JSON.stringify(demo));
}
