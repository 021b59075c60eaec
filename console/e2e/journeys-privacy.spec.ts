import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

test("a contact's consent is written down, and a contact is erased once its name was typed", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/M00012/contacts");
  const row = page.getByRole("table").getByRole("row").nth(1);
  const name = (await row.getByRole("cell").first().textContent())!.trim();
  await row.getByRole("link", { name: "Consent and data" }).click();
  const form = page.getByRole("dialog");
  await expect(form.getByText("Nothing was consented to.")).toBeVisible();
  await form.getByLabel("For what").selectOption("surveys");
  await form.getByLabel("By which way").selectOption("phone");
  await form.getByLabel("Version of the text").fill("2026-11");
  await form.getByRole("button", { name: "Record consent" }).click();
  await expect(form.getByText("Surveys · Telephone")).toBeVisible();
  const download = page.waitForEvent("download");
  await form.getByRole("link", { name: "Export the person’s data" }).click();
  expect((await download).suggestedFilename()).toMatch(/zip$/);

  await form.getByRole("link", { name: "Erase personal data" }).click();
  await form.getByLabel("Why").fill("asked for by letter");
  await form.getByLabel(/^Type/).fill("somebody else");
  await form.getByRole("button", { name: "Erase personal data" }).click();
  await expect(form.getByLabel(/^Type/)).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel(/^Type/).fill(name);
  await form.getByRole("button", { name: "Erase personal data" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("Erased", { exact: true })).toBeVisible();
  await expect(page.getByText(name, { exact: true })).toHaveCount(0);
});

test("a company that is a member already is found before it is made one", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/M00014");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("M00014");
  const name = (await page.getByRole("heading", { level: 1 }).textContent())!;
  await page.goto("/members");
  await page.getByRole("link", { name: "Check for duplicates" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Check for duplicates" })).toBeVisible();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Country").fill("cn");
  await page.getByRole("button", { name: "Check for duplicates" }).click();
  const found = page.getByRole("region", { name: "Members that may be the same" });
  await expect(found.getByRole("row", { name: /M00014/ }).getByText("same name")).toBeVisible();

  await page.goto("/members/M00014/companies");
  await page.locator("summary", { hasText: "Add a number" }).click();
  await page.getByLabel("Registration number").fill("5067 00GE 1G29 325Q X363");
  await page.getByLabel("Kind").selectOption("lei");
  await page.getByRole("button", { name: "Add a number" }).click();
  await expect(page.getByRole("cell", { name: "506700GE1G29325QX363" })).toBeVisible();
});
