import { expect, test } from "@playwright/test";
import { demo, signIn } from "./people.ts";

test("an enterprise signs up, follows the link, and stands on the lowest tier", async ({ page, browser }) => {
  await page.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Become a member" }).click();
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByRole("main")).toContainText("Please fill this in");
  await page.getByLabel("Registered name of the enterprise").fill("Sailmakers & Sons");
  await page.getByLabel("Country").fill("CN");
  await page.getByLabel("Registration number").fill("91350100M000100Y44");
  await page.getByLabel("Your name").fill("Ada Sail");
  await page.getByLabel("E-mail address").fill("ada@sail.example");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByLabel("Registration number")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Registration number").fill("");
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByRole("status")).toContainText("three days");

  // No mail is sent here: an administrator hands the letter on.
  const staff = await browser.newContext();
  const desk = await staff.newPage();
  await signIn(desk, "admin");
  const read = async (path: string) => desk.evaluate(async (at) => (await fetch(at)).json(), path);
  const letters = await read("/v1/mail?state=waiting&limit=200");
  const id = letters.items.find((letter: { kind: string }) => letter.kind === "sign-up").id as string;
  const link = /http\S+#\S+/.exec((await read(`/v1/mail/${id}`)).text)![0];
  await staff.close();

  await page.goto(link.slice(link.indexOf("/portal")));
  await page.getByLabel("New password").fill(`${demo().password}-of-ada`);
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.waitForURL("**/portal");
  await expect(page.getByRole("main")).toContainText("Sailmakers & Sons");
});
