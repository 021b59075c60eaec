import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

test.describe.configure({ mode: "serial" });

test("members are tagged together, found by the tag, and the tag is taken off those who got it", async ({ page }) => {
  await signIn(page, "operator");
  const form = page.getByRole("dialog");
  const row = (id: string) => page.getByRole("row", { name: new RegExp(id) });
  await page.goto("/members?search=M0015&columns=name,id,tags");
  await row("M00150").getByRole("checkbox").check();
  await row("M00151").getByRole("checkbox").check();
  await page.getByRole("link", { name: "Tag the chosen" }).click();
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByLabel("Tags to add")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Tags to add").fill("E2E VIP， 重点  客户");
  await form.getByRole("button", { name: "Preview" }).click();
  await expect(form.getByText("Get “e2e vip”")).toBeVisible();
  await form.getByRole("button", { name: "Tag them" }).click();
  await expect(form.getByRole("status")).toContainText("Changed2");
  await form.getByRole("button", { name: "Close" }).last().click();
  await expect(row("M00151").getByText("e2e vip")).toBeVisible();
  await expect(row("M00151").getByText("重点 客户")).toBeVisible();

  // One more gets it; undoing takes it off that one alone.
  await row("M00152").getByRole("checkbox").check();
  await page.getByRole("link", { name: "Tag the chosen" }).click();
  await form.getByLabel("Tags to add").fill("e2e vip");
  await form.getByLabel("Tags to take off").fill("重点 客户");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByRole("button", { name: "Tag them" }).click();
  await expect(form.getByRole("status")).toContainText("Changed3");
  await form.getByRole("button", { name: "Undo" }).click();
  await expect(form.getByText("Put back")).toBeVisible();
  await form.getByRole("button", { name: "Close" }).last().click();
  await expect(row("M00152").getByText("e2e vip")).toHaveCount(0);
  await expect(row("M00150").getByText("重点 客户")).toBeVisible();

  await page.goto("/members?columns=name,id,tags");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("dialog", { name: "Filter" }).getByLabel("Tags").fill("E2E VIP");
  await expect(page).toHaveURL(/tag=E2E/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(3);
});

test("what is noted of a member is changed by its kind, and somebody else's change is not overwritten unseen", async ({ page }) => {
  await signIn(page, "operator");
  const form = page.getByRole("dialog");
  const make = async (id: string, name: string, kind: string, choices = "") => {
    await page.getByRole("link", { name: "New field" }).first().click();
    await form.getByRole("textbox", { name: "Id" }).fill(id);
    await form.getByLabel("Kind").selectOption(kind);
    await form.getByLabel("Name (English)").fill(name);
    await form.getByLabel("Choices").fill(choices);
    await form.getByRole("button", { name: "New field" }).click();
    await expect(form).toHaveCount(0);
  };
  await page.getByRole("link", { name: "Custom fields" }).click();
  await make("e2e_grade", "Customer grade", "Choice", "a, A 级, , Grade A\nb");
  await make("e2e_contract", "Contract value", "Exact number");
  await make("e2e_signed", "Signed on", "Day");
  await page.getByRole("link", { name: "Customer grade", exact: true }).click();
  await form.getByLabel("Choices").fill("a, A 级, , Grade A\nB b");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByLabel("Choices")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Choices").fill("a, A 级, , Grade A\nb, , , Grade B");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("Grade A, Grade B")).toBeVisible();
  await page.goto("/members/M00153");
  const notes = page.locator("section", { has: page.getByRole("heading", { name: "Tags and notes" }) });
  await expect(notes.getByText("Nothing is noted of this member")).toBeVisible();
  await notes.getByRole("link", { name: "Change the notes" }).click();
  await form.getByLabel("Tags").fill("Slow payer");
  await form.getByLabel("Customer grade").selectOption("Grade A");
  await form.getByLabel("Contract value").fill("1250000.50");
  await form.getByLabel("Signed on").fill("yesterday");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByLabel("Signed on")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Signed on").fill("2026-03-01");
  const other = await page.context().newPage();
  await other.goto("/members/M00153/notes");
  await other.getByRole("dialog").getByLabel("Tags").fill("first");
  await other.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(other.getByRole("dialog")).toHaveCount(0);
  await other.close();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("alert")).toContainText("Send again to put yours in its place");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);
  await expect(notes.getByText("slow payer")).toBeVisible();
  await expect(notes.getByText("Grade A")).toBeVisible();
  await expect(notes.getByText("1,250,000.5")).toBeVisible();
  await expect(notes.getByText("Mar 1, 2026")).toBeVisible();

  // A field with values goes with them, or not at all.
  await page.goto("/custom-fields");
  await page.getByRole("link", { name: "Remove: Contract value" }).click();
  await form.getByRole("button", { name: "Remove" }).click();
  await expect(form.getByText("The rules do not allow it")).toBeVisible();
  await form.getByLabel("Also the values that members have").check();
  await form.getByRole("button", { name: "Remove" }).click();
  await expect(form).toHaveCount(0);
  await expect(page.getByText("Contract value")).toHaveCount(0);
  await page.goto("/members/M00153");
  await expect(notes.getByText("Grade A")).toBeVisible();
  await expect(notes.getByText("1,250,000.5")).toHaveCount(0);
});

test("many get a value together, are found by it, and get back what they had", async ({ page }) => {
  await signIn(page, "operator");
  const form = page.getByRole("dialog");
  const row = (id: string) => page.getByRole("row", { name: new RegExp(id) });
  const give = async (value: string) => {
    await page.getByRole("link", { name: "Give the chosen a value" }).click();
    await form.getByLabel("Custom field").selectOption("Customer grade");
    await form.getByLabel("Customer grade").selectOption(value);
    await form.getByRole("button", { name: "Preview" }).click();
  };
  await page.goto("/members?search=M0015");
  for (const id of ["M00152", "M00153"]) await row(id).getByRole("checkbox").check();
  // One of them is of grade A since it was noted.
  await give("Grade A");
  await expect(form.getByText("– → Grade A")).toBeVisible();
  await form.getByRole("button", { name: "Change 1 member" }).click();
  await expect(form.getByRole("status")).toContainText("Changed1");
  await form.getByRole("button", { name: "Close" }).last().click();
  await give("Grade B");
  await expect(form.getByText("Grade A → Grade B")).toHaveCount(2);
  await form.getByRole("button", { name: "Change 2 members" }).click();
  await form.getByRole("button", { name: "Undo" }).click();
  await expect(form.getByText("Put back")).toBeVisible();
  await form.getByRole("button", { name: "Close" }).last().click();

  await page.goto("/members");
  await page.getByRole("button", { name: "Filter" }).click();
  const filter = page.getByRole("dialog", { name: "Filter" });
  await filter.getByLabel("Custom field").selectOption("Customer grade");
  await filter.getByLabel("Customer grade").selectOption("Grade A");
  await expect(page).toHaveURL(/custom=e2e_grade(:|%3A)a/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(3);
  await expect(page.getByText("Customer grade: Grade A")).toBeVisible();

  // A field of the platform is a column as any other, in the file too.
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("dialog", { name: "Columns" }).getByLabel("Customer grade").check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Customer grade" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "Grade A", exact: true })).toHaveCount(2);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const lines = readFileSync(await (await download).path(), "utf8")
    .trim()
    .split(/\r?\n/);
  expect(lines[0]).toMatch(/,Customer grade$/);
  expect(lines.slice(1).every((line) => line.endsWith(",Grade A"))).toBe(true);
  await page.getByRole("button", { name: "Remove the filter Customer grade" }).click();
  await expect(page).not.toHaveURL(/custom=/);
});
