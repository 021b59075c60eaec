import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

// What is about the text in force stands in one file, because one of them applies another.

test("a form changes its part of the program's text alone, and what it did is undone", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/program/edit");
  const source = page.getByRole("textbox", { name: "Program file (TOML)" });
  const text = await source.inputValue();
  await page.getByLabel("Part").selectOption("track.tier");
  await page.getByLabel("Entry", { exact: true }).selectOption("buyer.silver");
  await expect(page.getByLabel("Entry condition")).toHaveValue("spend_12m >= 50000 or orders_12m >= 12");
  await page.getByLabel("Entry condition").fill("spend_12m >= 45000");
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
