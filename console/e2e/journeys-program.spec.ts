import { expect, test, type Page } from "@playwright/test";
import { signIn } from "./people.ts";

// What is about the text in force or the settings stands in one file, because one of them applies another, and all share what they set.

test("a form changes its part of the program's text alone, and what it did is undone", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await page.getByLabel("Part").selectOption("track.tier");
  await page.getByLabel("Entry", { exact: true }).selectOption("buyer.silver");
  await expect(page.getByLabel("Entry condition")).toHaveValue("spend_12m >= 50000 or orders_12m >= 12");
  // What can be named is offered while one types.
  const condition = page.getByLabel("Entry condition");
  await condition.fill("");
  await condition.pressSequentially("spend_1");
  await expect(page.getByRole("listbox", { name: "Suggestions" }).getByRole("option", { name: "spend_12m" })).toBeVisible();
  await page.keyboard.press("Enter");
  await condition.pressSequentially(" >= 45000");
  await expect(condition).toHaveValue("spend_12m >= 45000");
  await page.getByRole("button", { name: "Put into the text" }).click();
  const changed = text.replace('enter = "spend_12m >= 50000 or orders_12m >= 12"', 'enter = "spend_12m >= 45000"');
  await expect(source).toHaveValue(changed);

  await page.getByLabel("Part").selectOption("earn");
  await page.getByLabel("Entry", { exact: true }).selectOption("+");
  await page.getByRole("textbox", { name: "Id" }).fill("event-points");
  await page.getByRole("textbox", { name: "On", exact: false }).first().fill("event.atended");
  await page.getByLabel("Unit").selectOption("points");
  await page.getByRole("textbox", { name: /^Amount/ }).fill("20");
  await page.getByRole("button", { name: "Add to the text" }).click();
  await expect(page.getByRole("textbox", { name: "On", exact: false }).first()).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("textbox", { name: "On", exact: false }).first().fill("event.attended");
  await page.getByRole("button", { name: "Add to the text" }).click();
  await expect(source).toHaveValue(/\[\[earn\]\]\nid = "event-points"/);
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("Can be applied")).toBeVisible();
  await expect(page.getByText("earn.event-points.amount")).toBeVisible();

  await page.getByRole("button", { name: "Undo the last change by a form" }).click();
  await expect(source).toHaveValue(changed);
  await page.getByRole("button", { name: "Undo the last change by a form" }).click();
  await expect(source).toHaveValue(text);
});

test("the head of the program is changed by a form", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/program/edit?part=program");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await expect(page.getByLabel("Time zone")).toHaveValue("Asia/Shanghai");
  await page.getByLabel("Time zone").selectOption("Asia/Taipei");
  await page.getByLabel("Currency").selectOption("TWD");
  await page.getByLabel("Name · English").fill("Business club");
  await page.getByRole("button", { name: "Put into the text" }).click();
  await expect(source).toHaveValue(/en = "Business club" \}\ntime_zone = "Asia\/Taipei"\ncurrency = "TWD"/);
  await expect(page.getByRole("button", { name: "Take it out of the text" })).toHaveCount(0);
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(source).toHaveValue(text);
});

test("a price, a stage and an alert are written by forms, and what cannot be is said where it is", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/program/edit?part=benefit&entry=price-list");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  const price = page.getByLabel("Price");
  await expect(price).toHaveValue('list = "contract"\ndiscount_percent = 3');
  await expect(page.getByLabel("Unit")).toHaveCount(0);
  await price.fill('list = "contract"\ndiscount_percent is 5');
  await page.getByRole("button", { name: "Put into the text" }).click();
  await expect(price).toHaveAttribute("aria-invalid", "true");
  await price.fill('list = "contract"\ndiscount_percent = 5');
  await page.getByRole("button", { name: "Put into the text" }).click();
  await expect(source).toHaveValue(text.replace("discount_percent = 3", "discount_percent = 5"));

  await page.getByLabel("Part").selectOption("stage");
  await page.getByLabel("Entry", { exact: true }).selectOption("at-risk");
  await page.getByLabel("Where").fill("days_since_order > 100");
  await page.getByRole("button", { name: "Put into the text" }).click();
  await expect(source).toHaveValue(/id = "at-risk"\n.*\nwhere = "days_since_order > 100"/);

  await page.getByLabel("Part").selectOption("alert");
  await page.getByRole("textbox", { name: "Id" }).fill("large-and-late");
  await page.getByLabel("Where").fill("spend_12m >= 200000 and overdue_12 >= 2");
  await page.getByLabel("Trigger", { exact: true }).selectOption("Mission");
  await expect(page.getByLabel("Trigger · Mission").getByRole("option", { name: "Know-how (know-how)" })).toHaveCount(1);
  await page.getByLabel("Trigger", { exact: true }).selectOption("Task");
  await page.getByLabel("Trigger · Task").fill("Call about the open invoices");
  await page.getByLabel("Trigger · For").selectOption("account_manager");
  await page.getByLabel("Trigger · Within").fill("2 days");
  await page.getByRole("button", { name: "Add to the text" }).click();
  await expect(source).toHaveValue(/\[\[alert\]\]\nid = "large-and-late"/);
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "overdue_12" })).toBeVisible();
  await page.getByLabel("Where").fill("spend_12m >= 200000 and overdue_12m >= 2");
  await page.getByRole("button", { name: "Put into the text" }).click();
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("Can be applied")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(source).toHaveValue(text);
});

test("the editor offers what can stand at the caret; a mistake is marked, and the forms wait until the text can be read", async ({
  page,
}) => {
  await signIn(page, "analyst");
  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await source.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n[[seg");
  const offered = page.getByRole("listbox", { name: "Suggestions" });
  await expect(offered.getByRole("option", { name: "[[segment]]" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await page.keyboard.type('\nid = "large"\nwh');
  await page.keyboard.press("Tab");
  await page.keyboard.type('"spend_');
  await page.keyboard.press("ArrowDown");
  await expect(offered.getByRole("option", { name: "spend_quarter" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(offered).toHaveCount(0);
  await expect(page.getByText("The text cannot be read as it stands")).toBeVisible();
  await page.keyboard.type('1 >= 5"');
  await expect(source).toHaveValue(`${text}\n[[segment]]\nid = "large"\nwhere = "spend_1 >= 5"`);
  await expect(page.getByLabel("Part")).toBeVisible();
  await page.getByRole("button", { name: "Check" }).click();
  const mistake = page.getByRole("alert").filter({ hasText: "spend_1" });
  await expect(mistake).toBeVisible();
  await mistake.getByRole("button", { name: /^Go to line/ }).click();
  await expect(source).toBeFocused();
  await expect(page.getByRole("status").filter({ hasText: "spend_1" })).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(source).toHaveValue(text);
});

test("what a program would change is simulated, and the members behind it are told", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await source.fill(text.replace("spend_12m >= 50000", "spend_12m >= 5000"));
  await page.getByRole("link", { name: "Simulate", exact: true }).last().click();
  await expect(page.getByRole("combobox", { name: "Candidate" })).toHaveValue("draft");
  await page.getByRole("button", { name: "Simulate" }).click();
  await expect(page).toHaveURL(/\/program\/simulations\/job_/);
  await expect(page.getByRole("figure", { name: "How members of Buyer move between tiers" })).toBeVisible();
  const moves = page.getByRole("table", { name: "Choose a number to see those members." }).first();
  await moves
    .getByRole("row", { name: /Basic Silver/ })
    .getByRole("link")
    .click();
  await expect(page).toHaveURL(/move=buyer\.basic\.silver/);
  await expect(page.getByText("Buyer: Basic → Silver").first()).toBeVisible();
  await expect(page.getByText(/spend_12m >= 5000/).first()).toBeVisible();
  await expect(page.getByRole("figure", { name: "Points outstanding at the end of each month" })).toBeVisible();
  await expect(page.getByRole("figure", { name: "Cost of Points issued each month, CNY" })).toBeVisible();
  await page.getByText("Show as a table").first().click();
  await expect(page.getByRole("columnheader", { name: "Cost, simulated" }).first()).toBeVisible();
  await page.goto("/program/simulate");
  await expect(page.getByRole("table").getByText("Done").first()).toBeVisible();
  await page.goto("/program/edit");
  await page.getByRole("button", { name: "Discard" }).click();
});

test("a mistake in the program is told with its line; a change is checked, applied and rolled back", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await source.fill(text.replace("spend_12m >= 50000", "spend_12 >= 50000"));
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "spend_12m" })).toBeVisible();
  await source.fill(text.replace("spend_12m >= 50000", "spend_12m >= 45000"));
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("Can be applied")).toBeVisible();
  await page.getByLabel("Note").fill("silver a little earlier");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("link", { name: "Version 2" })).toBeVisible();
  await page.getByRole("link", { name: "Version 2" }).click();
  await expect(page.getByText('+ enter = "spend_12m >= 45000 or orders_12m >= 12"')).toBeVisible();
  await page.goto("/program/versions/1/rollback");
  await page.getByRole("dialog").getByRole("button", { name: "Roll back to this version" }).click();
  await expect(page.getByRole("link", { name: "Version 3" })).toBeVisible();
});

/** Saves what was filled in into one of the cards of the settings. */
async function saveSettings(page: Page, card: string) {
  const form = page.locator("section", { has: page.getByRole("heading", { name: card, exact: true }) });
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
}

test("the platform's name, colour and how it is reached are set, and members see them in the portal and at the door", async ({
  page,
  browser,
}) => {
  await signIn(page, "admin");
  await page.goto("/settings");
  await page.getByLabel("Name of the platform").fill("华东工业品");
  await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#ffcc00");
  await expect(page.getByText("Contrast with white 1.5 : 1")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("textbox", { name: "Colour", exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#0B5CAD");
  await page.getByLabel("How members reach you").fill("400-800-1234");
  await saveSettings(page, "How members see the platform");

  // Somebody else changed them meanwhile: that is told, and sending again puts one's own in its place.
  const other = await page.context().newPage();
  await other.goto("/settings");
  await other.getByLabel("How members reach you").fill("help@example.com");
  await saveSettings(other, "How members see the platform");
  await other.close();
  await page.getByLabel("How members reach you").fill("400-800-5678");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("alert").filter({ hasText: "Somebody changed it while you were editing" })).toContainText("help@example.com");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.getByRole("link", { name: "Who changed what" }).click();
  await expect(page).toHaveURL(/\/audit\?action=change_settings/);
  await expect(page.getByText("Changed the settings").first()).toBeVisible();

  await signIn(page, "owner");
  await expect(page.getByRole("banner").getByRole("link", { name: "华东工业品" })).toBeVisible();
  await expect(page).toHaveTitle(/ · 华东工业品$/);
  await expect(page.getByRole("region", { name: "Buyer" })).toHaveCSS("background-color", "rgb(11, 92, 173)");
  await expect(page.getByRole("link", { name: "400-800-5678" })).toHaveAttribute("href", "tel:4008005678");
  const nobody = await browser.newContext({ locale: "en" });
  const door = await nobody.newPage();
  await door.goto("/sign-in");
  await expect(door.getByRole("banner").getByRole("link", { name: "华东工业品" })).toBeVisible();
  await expect(door.getByRole("region", { name: "华东工业品" }).getByRole("link", { name: "400-800-5678" })).toBeVisible();
  await expect(door.getByRole("button", { name: "Sign in", exact: true })).toHaveCSS("background-color", "rgb(11, 92, 173)");
  await nobody.close();

  await signIn(page, "admin");
  await page.goto("/settings");
  for (const name of ["Name of the platform", "Colour", "How members reach you"])
    await page.getByRole("textbox", { name, exact: true }).fill("");
  await saveSettings(page, "How members see the platform");
  await signIn(page, "owner");
  await expect(page.getByRole("banner").getByRole("link", { name: "Hansa" })).toBeVisible();
});

test("rules on keeping say what they would erase now before they are saved", async ({ page }) => {
  await signIn(page, "admin");
  await page.goto("/settings");
  const days = page.getByLabel("Contacts of enterprises (days)");
  await days.fill("7");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(days).toHaveAttribute("aria-invalid", "true");
  await days.fill("1095");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("Nothing would be erased now.")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(days).toHaveValue("1095");
  await page.getByRole("button", { name: "Preview" }).click();
  await saveSettings(page, "Rules on keeping");
  await page.reload();
  await expect(days).toHaveValue("1095");
  await days.fill("");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("For ever")).toHaveCount(3);
  await saveSettings(page, "Rules on keeping");
  await expect(days).toHaveValue("");
});

test("a large adjustment and a program wait for a second person, who approves or refuses them", async ({ page }) => {
  const state = page.getByRole("main");
  await signIn(page, "admin");
  await page.goto("/settings");
  await page.getByLabel("Putting a program into force needs a second person").check();
  await page.getByLabel("Points: adjustments of more than").fill("5,000,000");
  await saveSettings(page, "What nobody does alone");

  await signIn(page, "operator");
  await page.goto("/members/M00061/points/adjust");
  const form = page.getByRole("dialog");
  await form.getByLabel("Unit").selectOption({ index: 0 });
  await form.getByLabel("Amount").fill("5000001");
  await form.getByLabel("Reason").fill("E2E rebate of the year");
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByText("This is more than one person does alone")).toBeVisible();
  await form.getByRole("button", { name: "Adjust" }).click();
  await form.getByRole("link", { name: "Look at it" }).click();
  await expect(page.getByText("You asked for this yourself: somebody else decides.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Approve", exact: true })).toHaveCount(0);

  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  await source.fill((await source.inputValue()).replace("spend_12m >= 50000", "spend_12m >= 48000"));
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByLabel("Note").fill("E2E silver by two");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("status").filter({ hasText: "It waits for a second person" })).toBeVisible();
  // Another text would be asked for anew.
  await source.fill((await source.inputValue()).replace("spend_12m >= 48000", "spend_12m >= 47000"));
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("button", { name: "Apply" })).toBeVisible();

  await signIn(page, "admin");
  await page.getByRole("button", { name: /notification/ }).click();
  await page.getByRole("link", { name: "2 approvals wait for you" }).click();
  const row = page.getByRole("row", { name: /E2E rebate/ });
  await expect(row).toContainText("+5,000,001 Points");
  await row.getByRole("link").click();
  const number = async (name: string) =>
    Number(
      (await page
        .getByRole("definition")
        .nth(await at(name))
        .textContent())!.replaceAll(",", ""),
    );
  const at = async (name: string) => (await page.getByRole("term").allTextContents()).indexOf(name);
  await expect(page.getByText("Available afterwards")).toBeVisible();
  expect((await number("Available afterwards")) - (await number("Available now"))).toBe(5_000_001);
  await page.getByRole("link", { name: "Approve", exact: true }).click();
  await form.getByRole("button", { name: "Approve" }).click();
  await expect(form).toHaveCount(0);
  await expect(state.getByText("Approved", { exact: true })).toBeVisible();
  await expect(state.getByText("staff:admin")).toBeVisible();

  // On to the program by the key for the next one.
  await page.keyboard.press("n");
  await expect(page.getByText('+ enter = "spend_12m >= 48000 or orders_12m >= 12"')).toBeVisible();
  await page.getByRole("link", { name: "Approve", exact: true }).click();
  await form.getByLabel("Reason").fill("as discussed");
  await form.getByRole("button", { name: "Approve" }).click();
  await expect(state.getByText("as discussed")).toBeVisible();
  await page.goto("/program/versions");
  await expect(page.getByRole("row", { name: /E2E silver by two/ })).toContainText("staff:operator");

  // Rolling back waits as well; it is refused, with a reason that who asked reads, and another is withdrawn.
  await signIn(page, "operator");
  const rollBack = async () => {
    await page.goto("/program/versions/1/rollback");
    await form.getByRole("button", { name: "Roll back to this version" }).click();
    await form.getByRole("link", { name: "Look at it" }).click();
    await expect(state.getByText("Open", { exact: true })).toBeVisible();
  };
  await rollBack();
  const asked = new URL(page.url()).pathname;
  await signIn(page, "admin");
  await page.goto(asked);
  await page.getByRole("link", { name: "Refuse", exact: true }).click();
  await form.getByRole("button", { name: "Refuse" }).click();
  await expect(form.getByLabel("Reason")).toBeFocused();
  await form.getByLabel("Reason").fill("not before the quarter ends");
  await form.getByRole("button", { name: "Refuse" }).click();
  await expect(form).toHaveCount(0);
  await signIn(page, "operator");
  await page.goto(asked);
  await expect(state.getByText("not before the quarter ends")).toBeVisible();
  await rollBack();
  await page.getByRole("link", { name: "Withdraw" }).click();
  await form.getByRole("button", { name: "Withdraw" }).click();
  await expect(state.getByText("Withdrawn", { exact: true })).toBeVisible();

  await signIn(page, "admin");
  await page.goto("/settings");
  await page.getByLabel("Putting a program into force needs a second person").uncheck();
  await page.getByLabel("Points: adjustments of more than").fill("");
  await saveSettings(page, "What nobody does alone");
  await page.goto("/program/versions/1/rollback");
  await form.getByRole("button", { name: "Roll back to this version" }).click();
  await expect(page).toHaveURL(/\/program\/versions$/);
});
