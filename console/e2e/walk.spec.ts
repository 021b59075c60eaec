import { mkdirSync, readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import type { AxeResults, ElementContext, RunOptions } from "axe-core";
import { signIn } from "./people.ts";
import { DOOR, PORTAL, readMade, STAFF } from "./routes.ts";

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const TEXTS = Object.keys(
  Object.assign(
    {},
    ...[
      "ui",
      "members",
      "points",
      "standing",
      "portal",
      "account",
      "program",
      "facts",
      "simulate",
      "jobs",
      "imports",
      "verification",
      "reports",
      "webhooks",
      "rewards",
      "timeline",
      "receipts",
      "mail",
      "settings",
      "bulk",
      "orders",
      "custom",
      "approvals",
      "merges",
    ].map((name) => JSON.parse(readFileSync(new URL(`../src/locales/en/${name}.json`, import.meta.url), "utf8"))),
  ),
);

const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } };

async function visit(page: Page, path: string, shot: string, faults: string[]) {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.getByRole("status", { name: /^(Loading|正在加载|正在載入)$/ })).toHaveCount(0);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) faults.push(`${shot}: ${wide} px too wide`);
  const text = await page.evaluate(() => document.body.innerText);
  for (const key of TEXTS)
    if (new RegExp(`(?<![\\w.])${key.replaceAll(".", "\\.")}(?![\\w.])`).test(text)) faults.push(`${shot}: untranslated ${key}`);
  // The policy forbids scripts that are not the site's own: axe comes in through the debugger.
  await page.evaluate(AXE);
  const options: RunOptions = {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  };
  // Rows of a list are alike: the first eight speak for the rest, which would take most of the time.
  const { violations } = await page.evaluate(
    (asked) =>
      (globalThis as unknown as { axe: { run: (of: ElementContext, options: RunOptions) => Promise<AxeResults> } }).axe.run(
        { include: [["html"]], exclude: [["tbody tr:nth-child(n + 9)"], [".timeline > li:nth-child(n + 9)"], [".editor > pre"]] },
        asked,
      ),
    options,
  );
  for (const { id, nodes } of violations)
    faults.push(
      `${shot}: ${id}: ${nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`)
        .join(" | ")}`,
    );
  await page.screenshot({ path: `e2e/out/screens/${shot}.png` });
}

/** The name of a screen without what is different each time. */
const shotOf = (path: string) =>
  path.replaceAll(/(job|imp|upl|case|file|whk|idn|psk|mail|apv|mrg)_[0-9a-f]+/g, "$1").replaceAll(/[/?=:.&#]+/g, "-");

mkdirSync("e2e/out/screens", { recursive: true });
/** Screens of one test, so that two can be walked side by side. */
const PART = 24;
const parts = <T>(all: T[]) => Array.from({ length: Math.ceil(all.length / PART) }, (_, n) => all.slice(n * PART, (n + 1) * PART));

const languages = (process.env.LANGUAGES ?? "zh-CN zh-TW en").split(" ");
const looks = (process.env.LOOKS ?? "light-desk light-phone dark-desk dark-phone").split(" ");
const walks: [string | undefined, string, () => string[]][] = [
  ...parts(STAFF).map((paths, n): [string, string, () => string[]] => ["admin", `admin ${n + 1}`, () => paths]),
  ["admin", "admin, what was made", readMade],
  ["owner", "owner", () => PORTAL],
  [undefined, "nobody", () => DOOR],
];
for (const language of languages) {
  for (const look of looks) {
    const [colorScheme, width] = look.split("-") as ["light" | "dark", keyof typeof WIDTHS];
    for (const [who, name, paths] of walks) {
      test(`${name} in ${language}, ${colorScheme}, ${width}`, async ({ browser }) => {
        test.setTimeout(300_000);
        const context = await browser.newContext({
          viewport: WIDTHS[width],
          colorScheme,
          locale: language,
          timezoneId: "Asia/Shanghai",
          reducedMotion: "reduce",
        });
        const page = await context.newPage();
        const faults: string[] = [];
        page.on("pageerror", (error) => faults.push(`error on ${page.url()}: ${error.message}`));
        page.on("console", (message) => {
          // A browser itself writes down each 404 and 410; the pages for what is not there are meant to meet one.
          if (message.type() === "error" && !(/nobody|nosuch|walk-merged/.test(page.url()) && /404|410/.test(message.text())))
            faults.push(`console on ${page.url()}: ${message.text()}`);
        });
        if (who) await signIn(page, who, language);
        else await page.addInitScript((tag) => localStorage.setItem("hansa.language", tag), language);
        for (const path of paths()) await visit(page, path, `${language}-${look}${shotOf(path)}`, faults);
        expect(faults).toEqual([]);
        await context.close();
      });
    }
  }
}
