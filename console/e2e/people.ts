import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

export const demo = () => JSON.parse(readFileSync(new URL("./out/demo.json", import.meta.url), "utf8")) as { password: string };

/** Signs in as somebody of the demo, in English unless told otherwise. */
export async function signIn(page: Page, who: string, language = "en") {
  await page.addInitScript((tag) => localStorage.getItem("hansa.language") ?? localStorage.setItem("hansa.language", tag), language);
  await page.goto("/sign-in");
  const door = page.getByRole("main");
  await door.locator('input[type="email"]').fill(`${who}@demo.example`);
  await door.locator('input[type="password"]').fill(demo().password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
}
