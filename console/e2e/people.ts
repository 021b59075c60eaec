import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** `invitation` is the link that a mail would carry. */
export type Demo = { password: string; invitation: string; pids: number[] };
export const demo = () => JSON.parse(readFileSync(new URL("./out/demo.json", import.meta.url), "utf8")) as Demo;

type Cookies = Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>;
const kept = new Map<string, Cookies>();

/**
 * Signs in as somebody of the demo, in English unless told otherwise. Who signed in before goes on with that session, because the server lets a person
 * try ten times at once and then once each half minute; `anew` for a session of one's own.
 */
export async function signIn(page: Page, who: string, language = "en", anew = false) {
  await page.addInitScript((tag) => localStorage.getItem("hansa.language") ?? localStorage.setItem("hansa.language", tag), language);
  const before = anew ? undefined : kept.get(who);
  if (before) {
    await page.context().addCookies(before);
    await page.goto("/");
  } else {
    // A session that comes along to the door ends there: another test may go on with it.
    await page.context().clearCookies();
    await page.goto("/sign-in");
    const door = page.getByRole("main");
    await door.locator('input[autocomplete~="username"]').fill(`${who}@demo.example`);
    await door.locator('input[type="password"]').fill(demo().password);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  }
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
  if (!before && !anew) kept.set(who, await page.context().cookies());
}

/** The code of an authenticator (RFC 6238), `step` half minutes from now. */
export function totp(secret: string, step: number): string {
  const bits = [...secret.replaceAll(/[\s=]/g, "").toUpperCase()]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash.at(-1)! & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A picture of one colour, as a phone would send one, and a document of one page. */
export const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
export const PAPER = Buffer.from(
  `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 24 Tf 20 100 Td (Business licence) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
`,
);
