import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people.ts";

const MEMBER = "/members/M00033";
// The second retracts what the first one said.
test.describe.configure({ mode: "serial" });

async function order(page: Page, name: string, amount: string) {
  const form = page.getByRole("dialog");
  await page.goto(`${MEMBER}/facts/new`);
  await form.getByLabel("Order").fill(name);
  await form.getByLabel("Amount").fill(amount);
  await form.getByRole("button", { name: "Submit a fact" }).click();
  await expect(form).toHaveCount(0);
}

test("the timeline tells facts and receipts one behind the other, and every receipt says why", async ({ page }) => {
  await signIn(page, "operator");
  await order(page, "E2E-TIMELINE", "1,350,000.00");
  await page.getByRole("link", { name: "Timeline" }).click();
  const entries = page.getByRole("main").locator("ol > li");
  const lift = entries.filter({ hasText: /Buyer: (rose|came)/ }).first();
  await expect(lift).toBeVisible();
  await expect(entries.filter({ hasText: "E2E-TIMELINE" }).first()).toContainText("Fact");
  await lift.getByText("Why?").click();
  // The timeline itself names no facts: they come with the question.
  await expect(lift.getByText(/\b[1-9]\d* facts?\b/).first()).toBeVisible();
  await expect(lift.getByRole("link", { name: /^console:/ }).first()).toBeVisible();

  await page.getByLabel("What to show").selectOption({ label: "Orders" });
  await expect(page).toHaveURL(/only=facts/);
  await expect(page.getByText("Why?")).toHaveCount(0);
  await expect(entries.getByRole("link").first()).toHaveText(/^Order /);
  await entries.filter({ hasText: "E2E-TIMELINE" }).getByRole("link", { name: "Order completed" }).click();
  const fact = page.getByRole("dialog");
  await expect(fact.getByText("¥1,350,000.00")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(fact).toHaveCount(0);
  await expect(page).toHaveURL(/M00033\/timeline\?.*about=order\./);
  await page.getByLabel("What to show").selectOption({ label: "All receipts" });
  await expect(page.getByText("Why?").first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("What to show")).toHaveValue("receipts ");
  await page.goto("/members/M00057/timeline");
  const first = (await entries.first().textContent())!;
  await page.getByRole("button", { name: "Next" }).click();
  await expect(entries.first()).not.toHaveText(first);
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(entries.first()).toHaveText(first);
});

test("a mistaken fact is corrected, then retracted; the receipts that rested on it are marked as taken back", async ({ page }) => {
  await signIn(page, "operator");
  const form = page.getByRole("dialog");
  await page.goto(`${MEMBER}/facts`);
  const line = page.getByRole("listitem").filter({ hasText: "E2E-TIMELINE" });
  await line.getByRole("link", { name: "Order completed" }).first().click();
  await form.getByRole("link", { name: "Correct", exact: true }).click();
  await expect(form.getByLabel("Order")).toHaveValue("E2E-TIMELINE");
  await expect(form.getByLabel("Amount")).toHaveValue("1350000.00");
  await form.getByLabel("Amount").fill("1,450,000.00");
  await form.getByRole("button", { name: "Correct" }).click();
  await expect(form).toHaveCount(0);
  const corrected = line.filter({ hasText: "¥1,450,000.00" });
  await expect(corrected).toContainText("corrects");

  await corrected.getByRole("link", { name: "Order completed" }).click();
  await form.getByRole("link", { name: "Retract" }).click();
  await form.getByRole("button", { name: "Retract" }).click();
  await expect(form.getByText("Please fill this in")).toBeVisible();
  await form.getByLabel("Reason").fill("booked for somebody else");
  await form.getByRole("button", { name: "Retract" }).click();
  await expect(form).toHaveCount(0);
  await page.getByRole("link", { name: "Receipts", exact: true }).click();
  const back = page.locator("section", { has: page.getByRole("heading", { name: "Receipts taken back" }) });
  await back.getByText(/^Show \d+ receipts?$/).click();
  const lift = back
    .getByRole("listitem")
    .filter({ hasText: /Buyer: (rose|came)/ })
    .first();
  await expect(lift).toContainText("Taken back");
  await expect(back.getByText("Nothing took its place.").first()).toBeVisible();
  await lift.getByText("Why?").click();
  await expect(lift.getByText("Condition")).toBeVisible();
  // Nothing that holds rests on it any more.
  const held = page.locator("section", { has: page.getByRole("heading", { name: "Receipts", exact: true }) });
  await expect(held.getByText(/1.?450.?000/)).toHaveCount(0);
});
