import { expect, test, type Page } from "@playwright/test";
import { demo, signIn, totp } from "./people.ts";
import { atProvider } from "./provider.ts";

const PHONE = { width: 360, height: 740 };
const identities = (page: Page) => page.locator("section", { has: page.getByRole("heading", { name: "Linked identities" }) });
/** Goes to the provider, once the password was given once more. */
async function links(page: Page) {
  await identities(page).getByRole("link", { name: "Link The Works" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Password" }).fill(demo().password);
  await form.getByRole("button", { name: "Link The Works" }).click();
}
const english = (page: Page) => page.addInitScript(() => localStorage.setItem("hansa.language", "en"));

test("an owner links an identity, signs in with it, and takes it away", async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: PHONE })).newPage();
  await signIn(page, "owner", "en", true);
  await page.getByRole("link", { name: "More" }).click();
  await page.getByRole("link", { name: "My account" }).click();
  await links(page);
  await atProvider(page, "owner-at-works");
  await expect(page).toHaveURL(/\/portal\/account$/);
  await expect(identities(page).getByRole("listitem")).toContainText("The Works");
  await expect(identities(page).getByRole("listitem")).not.toContainText("last used");

  // Another browser comes in by it, back to where it wanted to go.
  const elsewhere = await (await browser.newContext({ viewport: PHONE })).newPage();
  await english(elsewhere);
  await elsewhere.goto("/portal/points");
  await elsewhere.getByRole("button", { name: "Sign in with The Works" }).click();
  await atProvider(elsewhere, "owner-at-works");
  await expect(elsewhere).toHaveURL(/\/portal\/points$/);
  await elsewhere.goto("/portal/account");
  await expect(identities(elsewhere).getByRole("listitem")).toContainText("last used");

  await identities(elsewhere).getByRole("link", { name: "Unlink" }).click();
  const question = elsewhere.getByRole("dialog");
  await expect(question).toContainText("A password, or a code by mail, still does.");
  await elsewhere.keyboard.press("Escape");
  await expect(question).toHaveCount(0);
  await identities(elsewhere).getByRole("link", { name: "Unlink" }).click();
  await question.getByRole("textbox", { name: "Password" }).fill("not the password");
  await question.getByRole("button", { name: "Unlink" }).click();
  await expect(question.getByText("A field is not right")).toBeVisible();
  await question.getByRole("textbox", { name: "Password" }).fill(demo().password);
  await question.getByRole("button", { name: "Unlink" }).click();
  await expect(question).toHaveCount(0);
  await expect(identities(elsewhere).getByRole("listitem")).toHaveCount(0);

  // It does not open the door any more; the page says why, and its address forgets it.
  const third = await (await browser.newContext()).newPage();
  await english(third);
  await third.goto("/sign-in");
  await third.getByRole("button", { name: "Sign in with The Works" }).click();
  await atProvider(third, "owner-at-works");
  await expect(third.getByRole("alert")).toContainText("Nobody here has this identity");
  await expect(third).toHaveURL(/\/sign-in$/);
});

test("a provider that gives no answer is told where one asked for it", async ({ page }) => {
  await english(page);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with 企业微信" }).click();
  await expect(page.getByRole("alert")).toContainText("gave no answer");
  await expect(page.getByRole("textbox", { name: "Password" })).toBeVisible();
  // Whoever comes back without having gone is told to begin again.
  await page.goto("/v1/sign-in/providers/works/callback?code=made-up&state=made-up");
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toContainText("begin again");
});

test("an invitation is taken with an identity; the second factor of one's own is asked for after it", async ({ page, browser }) => {
  await signIn(page, "admin");
  await page.goto("/staff/invite");
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Ida Works");
  await form.getByLabel("E-mail").fill("ida@demo.example");
  await form.getByLabel("Role").selectOption("auditor");
  await form.getByRole("button", { name: "Send the invitation" }).click();
  await expect(form).toHaveCount(0);
  const link = await page.evaluate(async () => {
    const read = async (path: string) => (await fetch(path)).json();
    type Person = { id: string; email: string };
    const ida = (await read("/v1/staff?limit=200")).items.find((person: Person) => person.email === "ida@demo.example");
    const { items } = await read("/v1/mail?state=waiting&limit=200");
    const { id } = items.find((letter: { person: string }) => letter.person === ida.id);
    return /http\S+#\S+/.exec((await read(`/v1/mail/${id}`)).text)![0];
  });

  const ida = await (await browser.newContext()).newPage();
  await english(ida);
  await ida.goto(link);
  await expect(ida.getByLabel("New password")).toBeVisible();
  await ida.getByRole("button", { name: "Sign in with The Works" }).click();
  await atProvider(ida, "ida-at-works");
  await expect(ida).toHaveURL(/\/members$/);
  await ida.goto("/account");
  await expect(identities(ida).getByRole("listitem")).toContainText("The Works");
  await ida.getByRole("button", { name: "Set it up" }).click();
  const secret = (await ida.locator("code").first().textContent())!.trim();
  await ida.getByRole("textbox", { name: "Code" }).fill(totp(secret, 0));
  await ida.getByRole("button", { name: "Put it into force" }).click();
  const recovery = (await ida.locator("section ul.mono li").first().textContent())!.trim();
  await ida.getByRole("button", { name: "I have kept them" }).click();

  await ida.getByRole("button", { name: "Sign out" }).click();
  await expect(ida).toHaveURL(/\/sign-in$/);
  await ida.goto("/audit");
  await ida.getByRole("button", { name: "Sign in with The Works" }).click();
  // The provider still knows who this is, and asks for nothing.
  await ida.getByRole("textbox", { name: "Code or recovery code" }).fill(recovery);
  await expect(ida).toHaveURL(/\/sign-in\?to=%2Faudit$/);
  await ida.keyboard.press("Enter");
  await expect(ida).toHaveURL(/\/audit$/);

  // What is hers cannot be somebody else's, and whoever tries is told on the own account.
  await page.goto("/account");
  await links(page);
  await atProvider(page, "ida-at-works");
  await expect(page).toHaveURL(/\/account$/);
  await expect(identities(page).getByRole("alert")).toContainText("Somebody else has this identity");
  await expect(identities(page).getByRole("listitem")).toHaveCount(0);
});

test("an administrator reads what a provider is to be told; others read the settings at most", async ({ page, browser }) => {
  await signIn(page, "admin");
  await page.getByRole("link", { name: "Settings" }).click();
  const item = page.getByRole("listitem").filter({ hasText: "The Works" });
  await expect(item).toContainText(/http:\/\/localhost:\d+\/v1\/sign-in\/providers\/works\/callback/);
  await expect(page.getByText("Asia/Shanghai")).toBeVisible();
  const other = await (await browser.newContext()).newPage();
  await signIn(other, "operator");
  await other.getByRole("link", { name: "Settings" }).click();
  await expect(other.getByText("An administrator changes it.")).toBeVisible();
  await expect(other.getByRole("term").filter({ hasText: "Name of the platform" })).toBeVisible();
  await expect(other.getByRole("textbox")).toHaveCount(0);
  await expect(other.getByText("The Works")).toHaveCount(0);
  await signIn(other, "analyst");
  await expect(other.getByRole("link", { name: "Members" })).toBeVisible();
  await expect(other.getByRole("link", { name: "Settings" })).toHaveCount(0);
});
