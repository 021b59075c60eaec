import { expect, test, type Browser, type Page } from "@playwright/test";
import { signIn } from "./people.ts";

const PHONE = { width: 360, height: 740 };
// Each goes on from what the one before left; the last of them erases the buyer.
test.describe.configure({ mode: "serial" });

/** Staff give a member units, so that there is something to spend. */
async function give(page: Page, member: string, amount: string) {
  await page.goto(`/members/${member}/points/adjust`);
  const form = page.getByRole("dialog");
  await form.getByLabel("Amount").fill(amount);
  await form.getByLabel("Reason").fill("e2e rewards");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByRole("button", { name: "Adjust" }).click();
  await expect(form).toHaveCount(0);
}

/** A member of staff at a desk, and a buyer with a phone. */
async function both(browser: Browser) {
  const staff = await (await browser.newContext()).newPage();
  await signIn(staff, "operator");
  const buyer = await (await browser.newContext({ viewport: PHONE })).newPage();
  await signIn(buyer, "buyer");
  return { staff, buyer };
}

test("a buyer redeems units, staff give the reward, and the statement shows it", async ({ browser }) => {
  const { staff, buyer } = await both(browser);
  await give(staff, "M00001", "1000");
  await give(staff, "M00057", "1000");
  const form = staff.getByRole("dialog");
  await staff.getByRole("link", { name: "Rewards", exact: true }).click();
  await staff.getByRole("link", { name: "New reward" }).first().click();
  await form.getByRole("button", { name: "New reward" }).click();
  await expect(form.getByText("Please fill this in")).toBeVisible();
  await form.getByLabel("Price").fill("400");
  await form.getByRole("button", { name: "New reward" }).click();
  await expect(form.getByLabel("Name (简体中文)")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Name (简体中文)").fill("数显卡尺");
  await form.getByLabel("Name (English)").fill("Digital calliper");
  await form.getByLabel("Stock").fill("2");
  await form.getByLabel("Limit a member").fill("2");
  await form.getByRole("textbox", { name: "Id" }).fill("e2e-calliper");
  await form.getByRole("button", { name: "New reward" }).click();
  await expect(form).toHaveCount(0);

  await buyer.getByRole("link", { name: "Points", exact: true }).click();
  await buyer.getByRole("link", { name: "Catalogue" }).click();
  await buyer.getByRole("link", { name: "Redeem: Digital calliper" }).click();
  const ask = buyer.getByRole("dialog");
  await ask.getByLabel("How many").fill("3");
  await ask.getByRole("button", { name: "Continue" }).click();
  await expect(ask.getByLabel("How many")).toHaveAttribute("aria-invalid", "true");
  await ask.getByLabel("How many").fill("1");
  await expect(ask.getByText("Nothing can be sent to your account yet")).toBeVisible();
  await ask.getByRole("button", { name: "Continue" }).click();
  await ask.getByRole("button", { name: "Redeem for 400 Points" }).click();
  await expect(ask).toHaveCount(0);
  await expect(buyer.getByText("Waiting", { exact: true })).toBeVisible();

  await staff.getByRole("link", { name: "Reward orders" }).first().click();
  await staff
    .getByRole("row", { name: /M00001/ })
    .getByRole("link", { name: "Digital calliper" })
    .click();
  await staff.getByLabel("Tracking or voucher number").fill("SF1029384756");
  await staff.getByRole("button", { name: "Give it" }).click();
  await expect(staff.getByText("Given", { exact: true })).toBeVisible();
  await expect(staff.getByRole("button", { name: "Give it" })).toHaveCount(0);

  await buyer.reload();
  await expect(buyer.getByText("Given", { exact: true })).toBeVisible();
  await expect(buyer.getByText("SF1029384756")).toBeVisible();
  await buyer.getByRole("link", { name: "Statement" }).click();
  await expect(buyer.getByText("-400", { exact: true }).first()).toBeVisible();
});

test("the last piece goes to one: who comes late hears that it is sold out, until an order is cancelled", async ({ browser }) => {
  const { staff, buyer } = await both(browser);
  const [form, ask] = [staff.getByRole("dialog"), buyer.getByRole("dialog")];
  // While the buyer makes up its mind, staff order it for somebody else.
  await buyer.goto("/portal/points/rewards");
  await expect(buyer.getByText("1 left")).toBeVisible();
  await buyer.getByRole("link", { name: "Redeem: Digital calliper" }).click();
  await ask.getByRole("button", { name: "Continue" }).click();
  await staff.goto("/members/M00057/rewards/order");
  await form.getByRole("combobox", { name: /^Reward/ }).selectOption("e2e-calliper");
  await form.getByLabel("Who receives it").selectOption({ index: 1 });
  await form.getByLabel("Send to").fill("陈怡君\n福州市鼓楼区 1 号");
  await form.getByRole("button", { name: "Order for the member" }).click();
  await expect(form).toHaveCount(0);
  await expect(staff.getByText("Waiting", { exact: true })).toBeVisible();
  await ask.getByRole("button", { name: "Redeem for 400 Points" }).click();
  await expect(ask.getByRole("alert")).toContainText("Fewer of it are left");
  await ask.getByRole("button", { name: "Close" }).click();
  await expect(buyer.getByText("Sold out")).toBeVisible();
  await expect(buyer.getByRole("link", { name: "Redeem: Digital calliper" })).toHaveCount(0);

  // What staff cancel comes back; what the buyer then orders it can cancel itself.
  await staff.getByRole("link", { name: "Digital calliper" }).click();
  await expect(staff.getByText("福州市鼓楼区 1 号")).toBeVisible();
  await staff.getByRole("link", { name: "Cancel the order" }).click();
  await form.getByRole("button", { name: "Cancel the order" }).click();
  await expect(form.getByText("Please fill this in")).toBeVisible();
  await form.getByLabel("Why").fill("ordered by mistake");
  await form.getByRole("button", { name: "Cancel the order" }).click();
  await expect(form).toHaveCount(0);
  await expect(staff.getByText("ordered by mistake")).toBeVisible();
  await buyer.reload();
  await buyer.getByRole("link", { name: "Redeem: Digital calliper" }).click();
  await ask.getByRole("button", { name: "Continue" }).click();
  await ask.getByRole("button", { name: "Redeem for 400 Points" }).click();
  await buyer.getByRole("link", { name: "Cancel the order: Digital calliper" }).click();
  await ask.getByRole("button", { name: "Cancel the order" }).click();
  await expect(ask).toHaveCount(0);
  await expect(buyer.getByText("Cancelled", { exact: true })).toBeVisible();
});

test("a reward that somebody else changed meanwhile is not overwritten unseen", async ({ page }) => {
  await signIn(page, "operator");
  const form = page.getByRole("dialog");
  await page.goto("/rewards/e2e-calliper");
  await form.getByLabel("Category").fill("tools");
  const other = await page.context().newPage();
  await other.goto("/rewards/e2e-calliper");
  await other.getByRole("dialog").getByLabel("Price").fill("450");
  await other.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await other.close();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("alert")).toContainText("Send again to put yours in its place");
  await expect(form.getByRole("alert")).toContainText("450");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);
  const row = page.getByRole("row", { name: /e2e-calliper/ });
  await expect(row.getByText("tools")).toBeVisible();
  await expect(row.getByText("450")).toBeVisible();
});

test("somebody consents in the portal, takes the data along, and leaves for good", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, "buyer");
  await page.getByRole("link", { name: "More" }).click();
  await page.getByRole("link", { name: "Privacy" }).click();
  const news = page.getByRole("group", { name: "News and offers" });
  await news.getByLabel("E-mail").check();
  await page.reload();
  await expect(news.getByLabel("E-mail")).toBeChecked();
  await news.getByLabel("E-mail").uncheck();
  await page.getByText("Every word").click();
  await expect(page.getByText("Withdrawn").first()).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export my data" }).click();
  expect((await download).suggestedFilename()).toMatch(/zip$/);
  await page.getByRole("link", { name: "Erase my data" }).click();
  const form = page.getByRole("dialog");
  const asked = (await form.getByLabel(/^Type/).evaluate((field) => (field as HTMLInputElement).labels![0]!.textContent))!;
  await form.getByLabel("Why").fill("I leave the company");
  await form.getByLabel(/^Type/).fill(/“(.+)”/.exec(asked)![1]!);
  await form.getByRole("button", { name: "Erase personal data" }).click();
  await expect(page).toHaveURL(/sign-in/);
});
