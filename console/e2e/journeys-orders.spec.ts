import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people.ts";

async function say(page: Page, kind: string, filled: Record<string, string>) {
  const form = page.getByRole("dialog");
  await page.goto(`/members/M00001/facts/new?kind=${kind}`);
  for (const [name, value] of Object.entries(filled)) await form.getByLabel(name).first().fill(value);
  await form.getByRole("button", { name: "Submit a fact" }).click();
  await expect(form).toHaveCount(0);
}

test("an owner follows an order as far as facts tell; staff open the fact behind a step", async ({ browser }) => {
  const staff = await (await browser.newContext()).newPage();
  await signIn(staff, "operator");
  const owner = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await signIn(owner, "owner");
  const card = (page: Page) => page.locator("section", { has: page.getByRole("heading", { name: "E2E-FOLLOWED" }) });

  await say(staff, "order.placed", { Order: "E2E-FOLLOWED", Amount: "120.00", Lines: "6204-2RS, bearings, 12, 120.00" });
  await owner.getByRole("link", { name: "More" }).click();
  await owner.getByRole("link", { name: "Orders", exact: true }).click();
  await expect(card(owner).getByText("¥120.00").first()).toBeVisible();
  await expect(
    card(owner)
      .getByRole("listitem")
      .filter({ hasText: /^Placed/ }),
  ).toBeVisible();
  await card(owner).getByText("1 line").click();
  await expect(card(owner).getByText("6204-2RS · bearings · × 12")).toBeVisible();

  await say(staff, "order.completed", { Order: "E2E-FOLLOWED", Amount: "120.00" });
  await say(staff, "order.refunded", { Order: "E2E-FOLLOWED", Amount: "20.00" });
  await owner.reload();
  await expect(card(owner).getByText("Completed").first()).toBeVisible();
  await expect(card(owner).getByText("¥20.00")).toBeVisible();
  await say(staff, "order.refunded", { Order: "E2E-FOLLOWED", Amount: "100.00" });
  await owner.reload();
  await expect(card(owner).getByText("Returned")).toBeVisible();

  await staff.getByRole("link", { name: "Orders", exact: true }).click();
  await card(staff).getByRole("link", { name: "Completed" }).click();
  const fact = staff.getByRole("dialog");
  await expect(fact.getByText("¥120.00")).toBeVisible();
  await staff.keyboard.press("Escape");
  await expect(staff).toHaveURL(/M00001\/orders/);
});
