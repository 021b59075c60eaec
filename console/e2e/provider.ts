// The real identity provider of the server's tests, for browsers.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { says } from "./says.ts";

const FROM = fileURLToPath(new URL("../../crates/hansa/tests/oidc/", import.meta.url));
const TO = fileURLToPath(new URL("./out/oidc/", import.meta.url));
export const SECRET = "a secret of 32 characters or more";

/** Fetches what the provider needs, unless it is there. */
function install() {
  mkdirSync(TO, { recursive: true });
  const [lock, done] = [readFileSync(`${FROM}package-lock.json`, "utf8"), `${TO}installed`];
  for (const part of ["package.json", "package-lock.json", "provider.js"]) cpSync(FROM + part, TO + part);
  if (existsSync(done) && readFileSync(done, "utf8") === lock) return;
  rmSync(done, { force: true });
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: TO });
  writeFileSync(done, lock);
}

/** Starts it. It ends with the one that started it. */
export async function startProvider(origin: string) {
  install();
  const back = ["works", "away"].map((name) => `${origin}/v1/sign-in/providers/${name}/callback`);
  const provider = spawn(process.execPath, ["provider.js", ...back], { cwd: TO });
  const said = await says(provider, "issuer");
  return { provider, issuer: /"issuer":"([^"]+)"/.exec(said)![1]! };
}

/** One provider that is there, and one that gives no answer. */
export const configuration = (issuer: string) =>
  [
    ["works", "The Works", issuer],
    ["away", "企业微信", "http://127.0.0.1:9"],
  ]
    .map(
      ([name, title, at]) =>
        `[[provider]]\nname = "${name}"\ntitle = "${title}"\nissuer = "${at}"\nclient_id = "hansa"\nclient_secret_env = "PROVIDER_SECRET"\ninside = true\n`,
    )
    .join("\n");

/** Says at the provider who one is. */
export async function atProvider(page: Page, person: string) {
  await page.getByLabel("Account").fill(person);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page).toHaveURL(/^http:\/\/localhost/);
}
