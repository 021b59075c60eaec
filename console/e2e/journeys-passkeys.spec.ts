import { expect, test, type Page } from "@playwright/test";
import { authenticator, kept, offersNone, unlocks } from "./passkey.ts";
import { demo, signIn } from "./people.ts";

const PHONE = { width: 360, height: 740 };
const passkeys = (page: Page) => page.locator("section", { has: page.getByRole("heading", { name: "Passkeys" }) });
const door = (page: Page) => page.getByRole("button", { name: "Sign in with a passkey" });

async function add(page: Page, name: string, password = demo().password) {
  await passkeys(page).getByRole("link", { name: "Add a passkey" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("What to call it").fill(name);
  await form.getByRole("textbox", { name: "Password" }).fill(password);
  await form.getByRole("button", { name: "Add a passkey" }).click();
  return form;
}

test("somebody of the staff adds a passkey, signs in with it, renames it and takes it away", async ({ page }) => {
  await offersNone(page);
  await signIn(page, "analyst", "en", true);
  const device = await authenticator(page);
  await page.goto("/account");
  const form = await add(page, "Laptop", "not the password");
  await expect(form.getByText("A field is not right")).toBeVisible();
  await page.keyboard.press("Escape");
  expect(await kept(device)).toHaveLength(0);
  await expect(await add(page, "Laptop")).toHaveCount(0);
  await expect(passkeys(page).getByRole("listitem")).toContainText("Laptop");
  await expect(passkeys(page).getByRole("listitem")).not.toContainText("last used");
  const [credential] = await kept(device);
  expect([credential!.rpId, credential!.isResidentCredential]).toEqual(["localhost", true]);

  // The device knows that it has one, and says so.
  const again = await add(page, "Laptop once more");
  await expect(again.getByRole("alert")).toContainText("This device has a passkey for you already");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/sign-in?to=%2Faccount");
  await expect(page.getByLabel("E-mail or phone number")).toHaveAttribute("autocomplete", "username webauthn");
  await door(page).click();
  await expect(page).toHaveURL(/\/account$/);
  await expect(passkeys(page).getByRole("listitem")).toContainText("last used");

  await passkeys(page).getByRole("link", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("What to call it").fill("الحاسوب");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(passkeys(page).getByRole("listitem")).toContainText("الحاسوب");
  await passkeys(page).getByRole("link", { name: "Take away" }).click();
  const question = page.getByRole("dialog");
  await expect(question).toContainText("A password, or a code by mail, still does.");
  await question.getByRole("textbox", { name: "Password" }).fill(demo().password);
  await question.getByRole("button", { name: "Take away" }).click();
  await expect(question).toHaveCount(0);
  await expect(passkeys(page).getByRole("listitem")).toHaveCount(0);

  // On the device it stays; here it opens nothing any more.
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await door(page).click();
  await expect(page.getByRole("alert")).toContainText("This passkey opens nothing here");
  await expect(page.getByRole("textbox", { name: "Password" })).toBeVisible();
});

test("an owner comes back into the portal with a passkey, when the phone is unlocked", async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: PHONE })).newPage();
  await signIn(page, "owner", "en", true);
  const device = await authenticator(page);
  await page.goto("/portal/account");
  await expect(await add(page, "Phone")).toHaveCount(0);
  await expect(passkeys(page).getByRole("listitem")).toContainText("Phone");
  await page.context().clearCookies();
  await unlocks(device, false);
  await page.goto("/portal/points");
  await door(page).click();
  await expect(page.getByRole("alert")).toContainText("No passkey was used");
  // Unlocked, it is chosen where the address would be typed, without the button.
  await unlocks(device, true);
  await page.reload();
  await expect(page).toHaveURL(/\/portal\/points$/);
});
