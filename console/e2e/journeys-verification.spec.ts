import { expect, test } from "@playwright/test";
import { PAPER, PICTURE, signIn } from "./people.ts";

test("a company asks for verification from a phone; a reviewer refuses; it appeals, and somebody else approves", async ({ browser }) => {
  const window = async (who: string) => {
    const page = await (
      await browser.newContext({ viewport: who === "owner" ? { width: 360, height: 740 } : { width: 1440, height: 900 } })
    ).newPage();
    await signIn(page, who);
    return page;
  };
  const owner = await window("owner");
  await owner.goto("/portal/more");
  await owner.getByRole("link", { name: "Verification" }).click();
  await expect(owner.getByText("Not verified")).toBeVisible();
  await owner.getByRole("button", { name: "Ask for verification" }).click();
  const form = owner.getByRole("dialog");
  for (const [file, value] of [
    [{ name: "licence.png", mimeType: "image/png", buffer: PICTURE }, "91350100M000100Y43"],
    [{ name: "lease.pdf", mimeType: "application/pdf", buffer: PAPER }, "福州市鼓楼区 1 号"],
  ] as const) {
    await owner.getByRole("link", { name: "Add evidence" }).click();
    await expect(form.getByLabel("Take a photo")).toHaveAttribute("capture", "environment");
    await form.getByLabel("Document or photograph").setInputFiles(file);
    await form.getByLabel("What it says").fill(value);
    await form.getByRole("button", { name: "Add evidence" }).click();
    await expect(form).toHaveCount(0);
    await expect(owner.getByText(value)).toBeVisible();
  }

  const reviewer = await window("operator");
  await reviewer.getByRole("link", { name: "Verifications" }).click();
  await reviewer.getByRole("link", { name: "M00001", exact: true }).click();
  await expect(reviewer.getByRole("img", { name: "licence.png" })).toBeVisible();
  await expect(reviewer.getByRole("button", { name: /福州市鼓楼区/ })).toBeVisible();
  await reviewer.getByRole("combobox", { name: "Reviewer" }).selectOption({ label: "operator (Me)" });
  await expect(reviewer.getByText("Named a reviewer")).toBeVisible();

  await reviewer.getByRole("link", { name: "Ask the company" }).click();
  await reviewer.getByRole("dialog").getByLabel("Text").fill("Which year is the lease from?");
  await reviewer.getByRole("dialog").getByRole("button", { name: "Ask the company" }).click();
  await expect(reviewer.getByText("Company asked").first()).toBeVisible();
  await owner.reload();
  await expect(owner.getByText("Which year is the lease from?").first()).toBeVisible();
  await owner.getByRole("link", { name: "Answer" }).click();
  await form.getByLabel("Text").fill("2026");
  await form.getByRole("button", { name: "Answer" }).click();
  await expect(form).toHaveCount(0);

  await reviewer.reload();
  await reviewer.getByLabel("Decision").selectOption("refuse");
  await reviewer.getByLabel("Reason").fill("The licence cannot be read.");
  await reviewer.getByRole("button", { name: "Decide" }).click();
  await expect(reviewer.getByText("Refused").first()).toBeVisible();

  await owner.reload();
  await expect(owner.getByText("The licence cannot be read.").first()).toBeVisible();
  await owner.getByRole("link", { name: "Appeal" }).click();
  await form.getByLabel("Text").fill("It can: please enlarge it.");
  await form.getByRole("button", { name: "Appeal" }).click();
  await expect(form).toHaveCount(0);

  const other = await window("admin");
  await other.goto("/members/M00001/verification");
  await other.getByRole("link", { name: "Basic" }).click();
  await other.getByLabel("Decision").selectOption("approve");
  await other.getByLabel("Reason").fill("Licence and lease agree.");
  await other.getByRole("button", { name: "Decide" }).click();
  await expect(other.getByText("Approved").first()).toBeVisible();
  await owner.reload();
  await expect(owner.getByText("Not verified")).toHaveCount(0);
  await expect(owner.getByText("Holds until").first()).toBeVisible();
});

test("a reviewer goes on to the next case by keyboard", async ({ page }) => {
  await signIn(page, "operator");
  for (const member of ["M00003", "M00004"]) {
    await page.goto(`/members/${member}/verification/open`);
    await page.getByRole("dialog").getByRole("button", { name: "Open a case" }).click();
    await expect(page).toHaveURL(new RegExp(`/verification/${member}/case_`));
  }
  await page.goto("/verification?reviewer=none");
  await page.getByRole("link", { name: "M00003", exact: true }).click();
  await expect(page.getByRole("link", { name: "Next one" })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/verification\/M00004\/case_.*reviewer=none/);
});

test("a PDF is drawn beside its evidence", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/M00009/verification");
  await page.getByLabel("Document or photograph").setInputFiles({ name: "lease.pdf", mimeType: "application/pdf", buffer: PAPER });
  await page.getByRole("button", { name: "lease.pdf" }).click();
  await expect(page.getByRole("img", { name: "1 / 1" })).toBeVisible();
});

test("the bell says that a case is one's own to review, and leads there by keyboard", async ({ page }) => {
  await signIn(page, "operator");
  await page.goto("/members/M00011/verification/open");
  await page.getByRole("dialog").getByRole("button", { name: "Open a case" }).click();
  await page.getByRole("combobox", { name: "Reviewer" }).selectOption({ label: "operator (Me)" });
  await expect(page.getByText("Named a reviewer")).toBeVisible();
  await page.goto("/members");
  await page.getByRole("button", { name: /^\d+ notifications?$/ }).focus();
  await page.keyboard.press("Enter");
  const notices = page.getByRole("dialog", { name: /notification/i });
  const assigned = notices.getByRole("link", { name: /verification cases? (is|are) yours to review/ });
  await expect(assigned).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(notices).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^\d+ notifications?$/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await assigned.press("Enter");
  await expect(page).toHaveURL(/\/verification\?reviewer=me/);
  await expect(notices).toHaveCount(0);
  await expect(page.getByRole("link", { name: "M00011", exact: true })).toBeVisible();
});
