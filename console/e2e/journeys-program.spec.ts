import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

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
