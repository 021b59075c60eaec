import { createServer } from "node:http";
import { expect, test } from "@playwright/test";
import { demo, signIn, totp } from "./people.ts";

const HOSTILE = `<script>alert(1)</script> \u202E公司 🏭 ${"长".repeat(240)}`;

test("an operator makes a member whose name is hostile, changes it, and is told of somebody else's change", async ({ page }) => {
  const alerts: string[] = [];
  page.on("dialog", (dialog) => alerts.push(dialog.message()));
  await signIn(page, "operator");
  await page.getByRole("link", { name: "New member" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("button", { name: "New member" }).click();
  await expect(form.getByText("Please fill this in")).toBeVisible();
  await form.getByLabel("Name", { exact: false }).first().fill(HOSTILE);
  await form.getByLabel("Id").fill("e2e-hostile");
  await form.getByLabel("Country").fill("cn");
  await form.getByRole("button", { name: "New member" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HOSTILE);

  await page.getByRole("link", { name: "Change", exact: true }).click();
  await form.getByLabel("Region").fill("上海");
  // Meanwhile the same person changes the same member in another window.
  const other = await page.context().newPage();
  await other.goto("/members/e2e-hostile/edit");
  await other.getByRole("dialog").getByLabel("Region").fill("浙江");
  await other.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await other.close();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("alert")).toContainText("Send again to put yours in its place");
  await expect(form.getByRole("alert")).toContainText("浙江");
  await expect(form.getByLabel("Region")).toHaveValue("上海");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("上海").first()).toBeVisible();
  expect(alerts).toEqual([]);
});

test("what was typed survives a reload", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/new");
  await page.getByRole("dialog").getByLabel("Region").fill("苏州工业园区");
  await page.reload();
  await expect(page.getByRole("dialog").getByLabel("Region")).toHaveValue("苏州工业园区");
});

test("an order lifts a member, and the receipt says why; what it cannot pay is refused", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/M00005/facts/new");
  const form = page.getByRole("dialog");
  await form.getByLabel("Order").fill("E2E-1");
  await form.getByLabel("Amount").fill("350,000.00");
  await form.getByRole("button", { name: "Submit a fact" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("¥350,000.00")).toBeVisible();
  await page.getByRole("link", { name: "Receipts" }).click();
  await expect(page.getByText(/rose from .* to Gold/).first()).toBeVisible();
  await page.goto("/members/M00005");
  await expect(
    page
      .locator("section", { has: page.getByRole("heading", { name: "Buyer" }) })
      .getByText("Gold", { exact: true })
      .first(),
  ).toBeVisible();

  await page.goto("/members/M00005/points/spend");
  await form.getByLabel("Amount").fill("999999999");
  await form.getByRole("button", { name: "Spend" }).click();
  await expect(form.getByText("There is too little to spend")).toBeVisible();
  await page.goto("/members/M00005/points/adjust");
  await form.getByLabel("Amount").fill("250");
  await form.getByLabel("Reason").fill("e2e goodwill");
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByText("2.5 CNY")).toBeVisible();
  await form.getByRole("button", { name: "Adjust" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("+250")).toBeVisible();
});

test("the list keeps its filter and sort in the address, and Back gives them back", async ({ page }) => {
  await signIn(page, "operator");
  await page.getByRole("searchbox").first().fill("M0000");
  await expect(page).toHaveURL(/search=M0000/);
  await page.getByRole("button", { name: "Name" }).click();
  await expect(page).toHaveURL(/sort=name/);
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("button", { name: "Count all" }).click();
  await expect(page.getByText("In all 9")).toBeVisible();
  await page.getByRole("row").nth(1).getByRole("link").click();
  await expect(page).toHaveURL(/members\/M0000\d$/);
  await page.goBack();
  await expect(page).toHaveURL(/search=M0000.*sort=name|sort=name.*search=M0000/);
});

test("the palette finds a member by keys alone", async ({ page }) => {
  await signIn(page, "operator");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("M00007");
  await expect(page.getByRole("option", { name: /M00007/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/members\/M00007$/);
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/program$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Keyboard shortcuts");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a key's secret is shown once; revoked, it is so in the list", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/keys/new");
  const form = page.getByRole("dialog");
  await form.getByLabel("What for").fill("e2e");
  await form.getByLabel("standing:read").check();
  await form.getByRole("button", { name: "New key" }).click();
  await expect(form.getByText(/^hansa_/)).toBeVisible();
  await form.getByRole("button", { name: "I have kept it" }).click();
  const row = page.getByRole("row", { name: /e2e/ });
  await row.getByRole("link", { name: "Revoke" }).click();
  await form.getByRole("button", { name: "Revoke" }).click();
  await expect(row.getByText("Revoked")).toBeVisible();
});

test("a session that was ended is out at once", async ({ page, browser }) => {
  await signIn(page, "am01", "en", true);
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, "am01", "en", true);
  await elsewhere.goto("/account");
  await elsewhere.getByRole("link", { name: "End", exact: true }).first().click();
  const question = elsewhere.getByRole("dialog");
  await question.getByRole("textbox", { name: "Password" }).fill(demo().password);
  await question.getByRole("button", { name: "End the session" }).click();
  await expect(elsewhere.getByRole("link", { name: "End", exact: true })).toHaveCount(0);
  await page.goto("/program");
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fprogram/);
});

test("an account manager is offered no more than the role may do", async ({ page }) => {
  await signIn(page, "am02");
  const navigation = page.getByRole("navigation", { name: "Navigation" });
  await expect(navigation.getByRole("link", { name: "Members" })).toBeVisible();
  for (const closed of ["Audit", "API keys", "Staff"]) await expect(navigation.getByRole("link", { name: closed })).toHaveCount(0);
  await page.goto("/audit");
  await expect(page.getByRole("alert")).toContainText("You may not do this");
  // Who comes by an address is told before filling anything in.
  await page.goto("/custom-fields/new");
  const denied = page.getByRole("dialog", { name: "You may not do this" });
  await expect(denied.getByText("Ask an administrator what your role may do.")).toBeVisible();
  await expect(denied.getByRole("textbox")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/custom-fields$/);
  await page.goto("/imports/new");
  await expect(page.getByRole("heading", { name: "You may not do this" })).toBeVisible();
});

test("an owner sees where the company stands, changes its profile, and invites a colleague", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, "owner");
  await expect(page).toHaveURL(/\/portal$/);
  await expect(page.getByRole("progressbar").first()).toBeVisible();
  await page.getByRole("link", { name: "More" }).click();
  await page.getByRole("link", { name: "Company profile" }).click();
  await page.getByLabel("Employees").fill("42");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText("Saved");
  await page.goto("/portal/people/invite");
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("陈怡君");
  await form.getByLabel("E-mail").fill("yijun@demo.example");
  await form.getByRole("button", { name: "Send the invitation" }).click();
  await expect(page.getByText("yijun@demo.example")).toBeVisible();
});

test("whoever is not signed in comes back to where it wanted to go; a wrong password is told", async ({ page }) => {
  await page.goto("/members/M00003/points");
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel("E-mail or phone number").fill("operator@demo.example");
  await page.locator('input[type="password"]').fill("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
});

test("an invitation's link leads to a password and in; a second factor is set up and asked for", async ({ page, browser }) => {
  await page.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await page.goto(demo().invitation);
  await page.getByLabel("New password").fill("123456789012");
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await expect(page.locator('input[type="password"]')).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password").fill("kelp-anvil-39-orchid");
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await expect(page).toHaveURL(/\/members$/);

  await page.goto("/account");
  const factor = page.locator("section", { has: page.getByRole("heading", { name: "Second factor" }) });
  await factor.getByRole("textbox", { name: "Password" }).fill("kelp-anvil-39-orchid");
  await factor.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByRole("img", { name: "QR code of the second factor" })).toBeVisible();
  const secret = (await page.locator("code").first().textContent())!.trim();
  await page.getByRole("textbox", { name: "Code" }).fill(totp(secret, 0));
  await page.getByRole("button", { name: "Put it into force" }).click();
  await expect(page.getByText("Keep these recovery codes")).toBeVisible();
  const recovery = (await page.locator("section ul.mono li").first().textContent())!.trim();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes are left.")).toBeVisible();

  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.addInitScript(() => localStorage.setItem("hansa.language", "en"));
  await elsewhere.goto("/sign-in");
  await elsewhere.getByLabel("E-mail or phone number").fill("new-one@demo.example");
  await elsewhere.locator('input[type="password"]').fill("kelp-anvil-39-orchid");
  await elsewhere.keyboard.press("Enter");
  await elsewhere.getByRole("textbox", { name: "Code or recovery code" }).fill(recovery);
  await elsewhere.keyboard.press("Enter");
  await expect(elsewhere).toHaveURL(/\/members$/);
});

test("without the server the page says so, and a second try brings it", async ({ page, context }) => {
  await signIn(page, "operator");
  await context.setOffline(true);
  await page.getByRole("link", { name: "Program", exact: true }).click();
  await expect(page.getByText("Offline")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("Offline")).toHaveCount(0);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Standard business membership" })).toBeVisible();
});

test("an import with 200 bad rows is tried, repaired, run again, and taken back", async ({ page }) => {
  const rows = Array.from({ length: 500 }, (_, n) => {
    const amount = n % 5 > 2 ? (n % 5 === 3 ? "待定" : "CNY 88.50") : `${100 + n}.50`;
    return `E2E-${n},M${String((n % 150) + 1).padStart(5, "0")},2026-09-${String((n % 28) + 1).padStart(2, "0")} 10:00,${amount},CNY,"=1+1, ${n}"`;
  });
  const file = ["订单号,客户编号,下单时间,金额,币种,备注", ...rows].join("\n");
  await signIn(page, "operator");
  await page.getByRole("link", { name: "Imports" }).click();
  await page.getByRole("link", { name: "New import" }).first().click();
  await page.getByLabel("Choose a file").setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await expect(page.getByRole("combobox", { name: "Column for Order number" })).toHaveValue("订单号");
  await expect(page.getByRole("columnheader", { name: "备注" })).toBeVisible();
  await page.getByRole("button", { name: "Try", exact: true }).click();
  const outcome = page.locator("section", { has: page.getByRole("heading", { name: "Outcome of the trial" }) });
  await expect(outcome.getByText("300").first()).toBeVisible();
  await expect(outcome.getByText("200", { exact: true })).toBeVisible();
  await expect(page.getByText("`待定` is not an exact amount").first()).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the refused rows" }).click();
  expect((await download).suggestedFilename()).toMatch(/csv$/);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Outcome of the import" })).toBeVisible();

  await page.getByRole("link", { name: "Mend and send again" }).click();
  await expect(page.getByRole("textbox", { name: "金额 of line 5", exact: true })).toHaveValue("待定");
  await page.getByRole("textbox", { name: "金额 of line 5", exact: true }).fill("12.00");
  await page.getByLabel("In column").selectOption("金额");
  for (const [from, to, touched] of [
    ["待定", "1,000.00", "99 rows replaced"],
    ["CNY ", "", "100 rows replaced"],
  ] as const) {
    await page.getByLabel("Find").fill(from);
    await page.getByLabel("Replace with").fill(to);
    await page.getByRole("button", { name: "Replace all" }).click();
    await expect(page.getByText(touched)).toBeVisible();
  }
  await page.getByRole("button", { name: "Send 200 mended rows" }).click();
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(outcome.getByText("200").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Refused rows" })).toHaveCount(0);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("link", { name: "Show the import" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("mended.csv");

  await page.getByRole("link", { name: "Undo the import" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo the import" }).click();
  await expect(page.getByText("Facts that no longer count")).toBeVisible();
  await page.getByRole("link", { name: "All imports" }).click();
  await expect(page.getByRole("row", { name: /mended.csv/ }).getByText("Undone")).toBeVisible();
  await expect(page.getByRole("row", { name: /orders.csv/ }).getByText("Done")).toBeVisible();
});

test("an auditor reads what is owed, and sees that the books balance", async ({ page }) => {
  await signIn(page, "admin");
  await page.getByRole("link", { name: "Reports" }).click();
  await expect(page.getByRole("figure", { name: "Points by the month of issue" })).toBeVisible();
  await page.getByRole("link", { name: "Ledger" }).click();
  await expect(page.getByRole("link", { name: "Balanced" }).first()).toBeVisible();
  await expect(page.getByRole("figure", { name: "Growth that lapse or are released, by the month of issue" })).toBeVisible();
  await page.getByLabel("Within").selectOption("365");
  await page.reload();
  await expect(page.getByLabel("Within")).toHaveValue("365");
  await page.getByRole("link", { name: "Liability" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/liability.*csv$/);
  await page.getByRole("link", { name: "Tiers" }).click();
  await expect(page.getByRole("progressbar", { name: "Gold" })).toBeVisible();
  await page.getByRole("link", { name: "Movers" }).click();
  await expect(page.getByRole("columnheader", { name: "Receipt" })).toBeVisible();
  await page.getByRole("link", { name: "Journal" }).click();
  await page.getByLabel("Day of an entry").selectOption("effective");
  await page.getByLabel("From").fill("2026-01-01");
  await expect(page).toHaveURL(/by=effective.*from=2026-01-01|from=2026-01-01.*by=effective/);
  await expect(page.getByRole("cell", { name: "Accrual" }).first()).toBeVisible();
  await page.getByRole("link", { name: "Books" }).click();
  await expect(page.getByText("Balanced", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("Not balanced")).toHaveCount(0);
});

test("an endpoint hears of a fact; its secret is shown once; it is disabled, sent again and removed", async ({ page }) => {
  const heard: string[] = [];
  const receiver = createServer((from, to) => {
    from.resume();
    from.on("end", () => {
      heard.push(String(from.headers["webhook-id"]));
      to.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  const { port } = receiver.address() as { port: number };
  await signIn(page, "admin");
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.getByRole("link", { name: "New endpoint" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("What for").fill("ERP <b>");
  await form.getByLabel("Address").fill(`http://127.0.0.1:${port}/hansa`);
  await form.getByLabel("Order completed").check();
  await form.getByRole("button", { name: "New endpoint" }).click();
  await expect(form.getByText(/^whsec_/)).toBeVisible();
  await form.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "ERP <b>" })).toBeVisible();
  const endpoint = page.url();

  await page.goto("/members/M00011/facts/new");
  await form.getByLabel("Order").fill("E2E-WEBHOOK");
  await form.getByLabel("Amount").fill("10.00");
  await form.getByRole("button", { name: "Submit a fact" }).click();
  await expect(form).toHaveCount(0);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await page.goto(endpoint);
  const deliveries = page.getByRole("region", { name: "Deliveries" });
  await expect(deliveries.getByText("Taken").first()).toBeVisible();

  await page.getByRole("link", { name: "Send again" }).click();
  await form.getByLabel("Also those that were taken").check();
  await form.getByRole("button", { name: "Send again" }).click();
  await expect(form.getByText("1 message is sent again.")).toBeVisible();
  await form.getByRole("button", { name: "Close" }).last().click();
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(1);
  expect(new Set(heard).size).toBe(1);

  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Rotate the secret" }).click();
  await form.getByRole("button", { name: "Rotate the secret" }).click();
  await expect(form.getByText(/^whsec_/)).toBeVisible();
  await form.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText("Old secret until")).toBeVisible();
  await page.getByRole("link", { name: "Remove the endpoint" }).click();
  await form.getByRole("button", { name: "Remove the endpoint" }).click();
  await expect(page.getByText("No endpoint was made yet")).toBeVisible();
  receiver.close();
});

test("upkeep runs now, and a job tells what it came to", async ({ page }) => {
  await signIn(page, "operator");
  await page.getByRole("link", { name: "Jobs" }).click();
  const upkeep = page.locator("section", { has: page.getByRole("heading", { name: "Upkeep" }) });
  await upkeep.getByRole("listitem").filter({ hasText: "Tidy up" }).getByRole("button", { name: "Run now" }).click();
  await page.getByRole("table").getByRole("link", { name: "Tidy up" }).click();
  await expect(page).toHaveURL(/\/jobs\/tidy$/);
  await expect(page.getByText("Ended", { exact: true })).toBeVisible();
});
