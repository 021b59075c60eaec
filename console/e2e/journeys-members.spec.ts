import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

test("a way of looking at the list is kept under a name, and what it shows goes into a file", async ({ page }) => {
  await signIn(page, "operator");
  await page.getByRole("searchbox").first().fill("M0002");
  await expect(page).toHaveURL(/search=M0002/);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("dialog", { name: "Columns" }).getByLabel("Country").check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Country" })).toBeVisible();

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of the view").fill("Twenties");
  await page.getByRole("button", { name: "Keep filter, sort and columns" }).click();
  await page.keyboard.press("Escape");
  await page.goto("/members");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("link", { name: "Twenties" }).click();
  await expect(page).toHaveURL(/search=M0002/);
  await expect(page.getByRole("button", { name: "Twenties", exact: true })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Country" })).toBeVisible();
  await page.keyboard.press("Escape");

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  expect(text).toMatch(/^\uFEFFName,Id,Tier,Country/);
  expect(text.trim().split("\n")).toHaveLength(11);
  expect(text).toContain("M00020");
});

test("members are chosen by mouse and by key, changed together, and what was changed is put back", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members?search=M0014&columns=name,id,region,parent");
  const form = page.getByRole("dialog");
  const cell = (id: string, text: string) => page.getByRole("row", { name: new RegExp(id) }).getByRole("cell", { name: text, exact: true });
  await page
    .getByRole("row", { name: /M00140/ })
    .getByRole("checkbox")
    .check();
  // Two rows on by keyboard: j to the first link and along, x to choose.
  await page
    .getByRole("row", { name: /M00140/ })
    .getByRole("link")
    .focus();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  const chosen = page.getByRole("region", { name: "Change the chosen" });
  await expect(chosen).toContainText("3 members are chosen");
  const before = (await page
    .getByRole("row", { name: /M00141/ })
    .getByRole("cell")
    .nth(3)
    .textContent())!;
  const download = page.waitForEvent("download");
  await chosen.getByRole("button", { name: "Export the chosen" }).click();
  expect(
    readFileSync(await (await download).path(), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(4);

  await chosen.getByRole("link", { name: "Change the chosen" }).click();
  await form.getByLabel("Field").selectOption("Region");
  await form.getByLabel("Region").fill("E2E 新区");
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByRole("listitem").filter({ hasText: "M00141" })).toContainText(`${before} → E2E 新区`);
  await form.getByRole("button", { name: "Change 3 members" }).click();
  await expect(form.getByRole("status")).toContainText("Changed3");
  await form.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("cell", { name: "E2E 新区" })).toHaveCount(3);
  await expect(cell("M00141", "E2E 新区")).toBeVisible();

  // Once more: who has it already is left alone. A company cannot be its own parent: that one is told, the others are changed and put back.
  await chosen.getByRole("link", { name: "Change the chosen" }).click();
  await form.getByLabel("Field").selectOption("Region");
  await form.getByLabel("Region").fill("E2E 新区");
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByText("Have it already")).toBeVisible();
  await form.getByRole("button", { name: "Back" }).click();
  await expect(form.getByLabel("Region")).toHaveValue("E2E 新区");
  await form.getByLabel("Field").selectOption("Parent");
  await form.getByLabel("Parent").fill("M00140");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByRole("button", { name: /^Change \d members$/ }).click();
  await expect(form.getByRole("status")).toContainText("Not changed1");
  await expect(form.getByRole("status").getByRole("link")).toHaveCount(1);
  await form.getByRole("button", { name: "Undo" }).click();
  await expect(form.getByRole("status")).toContainText("Put back");
  await form.getByRole("button", { name: "Close" }).last().click();
  await expect(cell("M00141", "M00140")).toHaveCount(0);
  await chosen.getByRole("button", { name: "Choose none" }).click();
  await expect(chosen).toHaveCount(0);
});

test("members of a tier are found, and their tier goes into the file", async ({ page }) => {
  await signIn(page, "operator");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("dialog", { name: "Filter" }).getByLabel("Tier").selectOption({ label: "Gold" });
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/tier=gold/);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows.nth(1).getByText("Gold", { exact: true })).toBeVisible();
  await expect(page.getByRole("cell", { name: "Basic", exact: true })).toHaveCount(0);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const lines = readFileSync(await (await download).path(), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.every((line) => line.includes(",Gold,"))).toBe(true);
  await page.getByRole("button", { name: "Remove the filter Tier" }).click();
  await expect(page).not.toHaveURL(/tier=/);
});

test("the portal tells the whole ladder and the nearest ways up it", async ({ page }) => {
  await signIn(page, "owner");
  const ladder = page.getByRole("list", { name: "The ladder" });
  await expect(ladder.getByRole("listitem")).toHaveCount(4);
  await expect(ladder.getByRole("listitem").last()).toContainText("Dedicated account manager");
  await expect(ladder.locator('[aria-current="step"]')).toHaveCount(1);
  await expect(page.getByText(/more: (Purchases|Orders) of the last twelve months/).first()).toBeVisible();
});

test("the portal can be put on a phone's home screen", async ({ page }) => {
  await page.goto("/sign-in");
  const address = (await page.locator('link[rel="manifest"]').getAttribute("href"))!;
  const manifest = (await (await page.request.get(address)).json()) as { start_url: string; icons: { src: string; sizes: string }[] };
  expect(manifest.start_url).toBe("/portal");
  for (const { src, sizes } of manifest.icons) {
    const picture = await page.request.get(src);
    expect(picture.headers()["content-type"]).toBe("image/png");
    // The width stands in the sixteenth to nineteenth byte of a PNG.
    expect((await picture.body()).readUInt32BE(16)).toBe(Number(sizes.split("x")[0]));
  }
  const browser = await page.context().newCDPSession(page);
  const { errors, url } = await browser.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  expect(url).toContain(address);
});
