import { expect, test } from "@playwright/test";
import { demo, signIn } from "./people.ts";

test("where no mail is sent, an administrator hands a letter on; that it was read is in the audit", async ({ page, browser }) => {
  await signIn(page, "admin");
  const form = page.getByRole("dialog");
  await page.goto("/staff/invite");
  await form.getByLabel("Name").fill("Mai Letter");
  await form.getByLabel("E-mail").fill("mai@demo.example");
  await form.getByLabel("Role").selectOption("analyst");
  await form.getByRole("button", { name: "Send the invitation" }).click();
  await expect(form).toHaveCount(0);
  const id = (await page
    .getByRole("row", { name: /mai@demo\.example/ })
    .getByRole("link")
    .first()
    .getAttribute("href"))!
    .split("/")
    .at(-1)!;

  await page.getByRole("link", { name: "Mail outbox" }).click();
  await page.getByLabel("State").selectOption("Given up");
  await expect(page.getByText("No such letters")).toBeVisible();
  await page.getByLabel("State").selectOption("Waiting");
  await expect(page).toHaveURL(/state=waiting/);
  const row = page.getByRole("row", { name: new RegExp(id) });
  await expect(row.getByText("Waiting")).toBeVisible();
  await row.getByRole("link", { name: "Invitation" }).click();
  await expect(form.getByText("mai@demo.example")).toBeVisible();
  const link = (await form.getByRole("code").or(form.locator("code")).first().textContent())!;
  await expect(form.getByRole("region", { name: "Text" })).toContainText(link);
  // It signs in whoever it is for: nobody is led there by a slip.
  await expect(form.getByRole("link")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(form).toHaveCount(0);
  await expect(page).toHaveURL(/\/mail\?state=waiting$/);

  const mai = await (await browser.newContext()).newPage();
  await mai.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await mai.goto(link);
  await mai.getByLabel("New password").fill(`${demo().password}-of-mai`);
  await mai.getByRole("button", { name: "Set the password and sign in" }).click();
  await expect(mai).toHaveURL(/\/members$/);
  // Mail is an administrator's.
  await expect(mai.getByRole("link", { name: "Mail outbox" })).toHaveCount(0);

  await page.goto("/audit?action=read_letter");
  const entry = page.getByRole("listitem").filter({ hasText: "letter:" }).first();
  await expect(entry).toContainText("Read a letter");
});
