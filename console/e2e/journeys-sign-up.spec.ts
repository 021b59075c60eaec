import { expect, test, type Browser } from "@playwright/test";
import { taking } from "./gateway.ts";
import { demo, signIn } from "./people.ts";
import { atProvider } from "./provider.ts";

/** No mail is sent here: an administrator hands the link of a letter on. */
async function handedOn(browser: Browser, to: string): Promise<string> {
  const staff = await browser.newContext();
  const desk = await staff.newPage();
  await signIn(desk, "admin");
  const text = await desk.evaluate(async (address) => {
    const read = async (path: string) => (await fetch(path)).json();
    const { items } = await read("/v1/mail?state=waiting&limit=200");
    for (const { id } of items.filter(({ kind }: { kind: string }) => kind === "sign-up")) {
      const letter = await read(`/v1/mail/${id}`);
      if (letter.to.includes(address)) return letter.text as string;
    }
    return "";
  }, to);
  await staff.close();
  return /http\S+#\S+/.exec(text)![0];
}

test("an enterprise signs up, follows the link, and stands on the lowest tier", async ({ page, browser }) => {
  await page.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Become a member" }).click();
  await page.getByLabel("Sign up by").selectOption("E-mail address");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByRole("main")).toContainText("Please fill this in");
  await page.getByLabel("Registered name of the enterprise").fill("Sailmakers & Sons");
  await page.getByLabel("Country").fill("CN");
  await page.getByLabel("Registration number").fill("91350100M000100Y44");
  await page.getByLabel("Your name").fill("Ada Sail");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("ada@sail.example");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByLabel("Registration number")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Registration number").fill("");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByRole("status")).toContainText("three days");

  await page.goto(await handedOn(browser, "ada@sail.example"));
  await page.getByLabel("New password").fill(`${demo().password}-of-ada`);
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.waitForURL("**/portal");
  await expect(page.getByRole("main")).toContainText("Sailmakers & Sons");
});

test("a buyer signs up by phone with the code of a short message, and signs in again by phone and password", async ({ page }) => {
  await page.clock.install();
  await page.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  const password = `${demo().password}-of-wei`;
  const phone = "+8613800138000";
  await taking(async (next) => {
    await page.goto("/portal/sign-up");
    await expect(page.getByLabel("Sign up by")).toHaveValue("phone");
    await page.getByLabel("Registered name of the enterprise").fill("伟业轴承");
    await page.getByLabel("Country").fill("CN");
    await page.getByLabel("Your name").fill("李伟");
    const number = page.getByRole("textbox", { name: "Phone number" });
    await number.fill("1380013");
    await page.getByRole("button", { name: "Send a code" }).click();
    await expect(number).toHaveAttribute("aria-invalid", "true");
    await number.fill("138 0013 8000");
    await expect(page.getByText(`A code will be sent to ${phone}`)).toBeVisible();
    await page.getByRole("button", { name: "Send a code" }).click();
    await expect(page.getByRole("status")).toContainText(phone);
    const { code, text } = await next(phone);
    expect(text).toContain(code);

    await page.getByRole("textbox", { name: "Code" }).fill(code === "000000" ? "000001" : "000000");
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Set the password and sign in" }).click();
    await expect(page.getByRole("textbox", { name: "Code" })).toHaveAttribute("aria-invalid", "true");

    // A minute later another message can be had; its code is good.
    await expect(page.getByRole("button", { name: /^Send it again in \d+ s$/ })).toBeDisabled();
    await page.clock.fastForward("01:00");
    await page.getByRole("button", { name: "Send it again", exact: true }).click();
    await page.getByRole("textbox", { name: "Code" }).fill((await next(phone)).code);
    await page.getByRole("button", { name: "Set the password and sign in" }).click();
    await page.waitForURL("**/portal");
    await expect(page.getByRole("main")).toContainText("伟业轴承");
  });

  await page.getByRole("link", { name: "More" }).click();
  await expect(page.getByRole("main")).toContainText(phone);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in*");
  await page.getByLabel("E-mail or phone number").fill("13800138000");
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal");
  await expect(page.getByRole("main")).toContainText("伟业轴承");
});

test("a sign-up is confirmed with an identity in place of a password", async ({ page, browser }) => {
  await page.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await page.goto("/portal/sign-up");
  await page.getByLabel("Sign up by").selectOption("E-mail address");
  await page.getByLabel("Registered name of the enterprise").fill("Ropewalk");
  await page.getByLabel("Country").fill("DE");
  await page.getByLabel("Your name").fill("Bo Rope");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("bo@rope.example");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByRole("status")).toContainText("three days");
  await page.goto(await handedOn(browser, "bo@rope.example"));
  await page.getByRole("button", { name: "Sign in with The Works" }).click();
  await atProvider(page, "bo-at-works");
  await page.waitForURL("**/portal");
  await expect(page.getByRole("main")).toContainText("Ropewalk");
});
