import { mkdirSync, readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";
import { PICTURE, signIn } from "./people.ts";

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const TEXTS = Object.keys(
  Object.assign(
    {},
    ...["ui", "members", "points", "standing", "portal", "account", "program", "facts", "simulate", "jobs", "imports", "verification"].map(
      (name) => JSON.parse(readFileSync(new URL(`../src/locales/en/${name}.json`, import.meta.url), "utf8")),
    ),
  ),
);

const M = "/members/M00057";
const STAFF = [
  "/members",
  "/members?search=zzzzzz",
  "/members/new",
  M,
  `${M}?as_of=2025-06-30T00:00:00.000Z`,
  `${M}/edit`,
  `${M}/points`,
  `${M}/points/adjust`,
  `${M}/points/spend`,
  `${M}/points/reserve`,
  `${M}/points/settle`,
  `${M}/points/restore`,
  `${M}/benefits`,
  `${M}/benefits/grant`,
  `${M}/benefits/quotes/use`,
  `${M}/missions`,
  `${M}/contacts`,
  `${M}/contacts/new`,
  `${M}/facts`,
  `${M}/facts/new`,
  `${M}/receipts`,
  `${M}/companies`,
  `${M}/people`,
  `${M}/people/invite`,
  `${M}/audit`,
  "/members/nobody",
  "/program",
  "/program/versions",
  "/program/versions/1",
  "/program/versions/1/rollback",
  "/program/edit",
  "/program/simulate",
  `${M}/verification`,
  `${M}/verification/open`,
  "/verification",
  "/verification?status=approved&overdue=true",
  "/imports",
  "/imports/new",
  "/imports/imp_none",
  "/staff",
  "/staff/invite",
  "/staff/admin",
  "/keys",
  "/keys/new",
  "/roles",
  "/audit",
  "/account",
  "/nowhere",
];
const PORTAL = [
  "/portal",
  "/portal/points",
  "/portal/benefits",
  "/portal/missions",
  "/portal/more",
  "/portal/company",
  "/portal/verification",
  "/portal/people",
  "/portal/people/invite",
  "/portal/account",
];
const DOOR = ["/sign-in", "/welcome", "/new-password"];
const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } };

async function look(page: Page, path: string, shot: string, faults: string[]) {
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
  const { violations } = await page.evaluate(
    (asked) =>
      (globalThis as unknown as { axe: { run: (of: Document, options: RunOptions) => Promise<AxeResults> } }).axe.run(document, asked),
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

/** Things whose addresses are known once they are made: a case with a picture, a simulation, an import that was tried. */
async function made(page: Page): Promise<string[]> {
  const call = <T>(method: string, path: string, body?: unknown) =>
    page.evaluate(
      async ([how, to, what]) => {
        const answer = await fetch(to!, { method: how, headers: { "Content-Type": "application/json" }, body: what });
        return answer.json();
      },
      [method, path, body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body)],
    ) as Promise<T>;
  const done = async (id: string) => {
    await expect.poll(async () => (await call<{ state: string }>("GET", `/v1/jobs/${id}`)).state).toBe("done");
    return id;
  };
  const cases = await call<{ items: { id: string }[] }>("GET", "/v1/members/M00057/verifications");
  const open = cases.items[0] ?? (await call<{ id: string }>("POST", "/v1/members/M00057/verifications", { level: "verified" }));
  if (!cases.items[0]) {
    const picture = await page.evaluate(
      async (base64) =>
        (
          await fetch("/v1/members/M00057/files?name=licence.png", {
            method: "POST",
            body: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
          })
        ).json() as Promise<{ id: string }>,
      PICTURE.toString("base64"),
    );
    await call("POST", `/v1/members/M00057/verifications/${open.id}/evidence`, {
      field: "licence",
      value: "91350100M000100Y43",
      source: "document",
      file: picture.id,
    });
  }
  const { source } = await call<{ source: string }>("GET", "/v1/program/versions/1");
  const candidate = source.replace("spend_12m >= 50000", "spend_12m >= 5000");
  const simulation = await done((await call<{ id: string }>("POST", "/v1/program/simulations", { source: candidate })).id);
  const rows = "订单号,客户编号,下单时间,金额,币种\nW-1,M00057,2026-09-01,100.50,CNY\nW-2,M00057,2026-09-02,待定,CNY\n";
  const upload = await call<{ id: string }>("POST", "/v1/imports/uploads?name=walk.csv", rows);
  const wanted = { upload: upload.id, kind: "orders" };
  const trial = await done((await call<{ id: string }>("POST", "/v1/imports", { ...wanted, dry_run: true })).id);
  const run = await done((await call<{ id: string }>("POST", "/v1/imports", wanted)).id);
  const imported = (await call<{ items: { id: string }[] }>("GET", "/v1/imports")).items[0]!.id;
  const one = `/verification/M00057/${open.id}`;
  const asked = `upload=${upload.id}&kind=orders`;
  return [
    one,
    ...["evidence", "look-up", "four-elements", "ask", "withdraw"].map((step) => `${one}/${step}`),
    `/program/simulations/${simulation}`,
    `/imports/files/${upload.id}?kind=orders&trial=${trial}`,
    `/imports/runs/${run}?${asked}`,
    `/imports/runs/${trial}/repair?${asked}`,
    `/imports/${imported}`,
    `/imports/${imported}/undo`,
  ];
}

/** The name of a screen without what is different each time. */
const shotOf = (path: string) => path.replaceAll(/(job|imp|upl|case|file)_[0-9a-f]+/g, "$1").replaceAll(/[/?=:.&]+/g, "-");

mkdirSync("e2e/out/screens", { recursive: true });
const languages = (process.env.LANGUAGES ?? "zh-CN zh-TW en").split(" ");
for (const language of languages) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      for (const [who, paths] of [
        ["admin", STAFF],
        ["owner", PORTAL],
        [undefined, DOOR],
      ] as const) {
        test(`${who ?? "nobody"} in ${language}, ${colorScheme}, ${width}`, async ({ browser }) => {
          test.setTimeout(240_000);
          const context = await browser.newContext({
            viewport,
            colorScheme,
            locale: language,
            timezoneId: "Asia/Shanghai",
            reducedMotion: "reduce",
          });
          const page = await context.newPage();
          const faults: string[] = [];
          page.on("pageerror", (error) => faults.push(`error on ${page.url()}: ${error.message}`));
          page.on("console", (message) => {
            // A browser itself writes down each 404; the page for what is not there is meant to meet one.
            if (message.type() === "error" && !(/nobody|imp_none/.test(page.url()) && message.text().includes("404")))
              faults.push(`console on ${page.url()}: ${message.text()}`);
          });
          if (who) await signIn(page, who, language);
          else await page.addInitScript((tag) => localStorage.setItem("hansa.language", tag), language);
          for (const path of [...paths, ...(who === "admin" ? await made(page) : [])])
            await look(page, path, `${language}-${colorScheme}-${width}${shotOf(path)}`, faults);
          expect(faults).toEqual([]);
          await context.close();
        });
      }
    }
  }
}
