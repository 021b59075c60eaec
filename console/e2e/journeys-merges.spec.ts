import { expect, test } from "@playwright/test";
import { signIn } from "./people.ts";

test("two members that are one company are merged, and it is undone", async ({ page }) => {
  await signIn(page, "operator");
  const title = page.getByRole("heading", { level: 1 });
  const nameOf = async (id: string) => {
    await page.goto(`/members/${id}`);
    await expect(title).not.toHaveText(id);
    return (await title.textContent())!;
  };
  const other = await nameOf("M00182");
  const own = await nameOf("M00181");
  await page.getByRole("link", { name: "Merge …" }).click();
  await page.getByLabel("Find a member").fill("M00182");
  await page.getByRole("button", { name: `Choose ${other} (M00182)` }).click();

  // Who goes on is swapped, and swapped back.
  const goesOn = page.locator("section", { has: page.getByRole("heading", { name: "Goes on" }) });
  await expect(goesOn).toContainText("M00181");
  await page.getByRole("button", { name: "Swap who goes on" }).click();
  await expect(goesOn).toContainText("M00182");
  await page.getByRole("button", { name: "Swap who goes on" }).click();
  await expect(goesOn).toContainText("M00181");
  await expect(page.getByRole("term").filter({ hasText: "Facts" })).toBeVisible();
  const name = page.getByRole("row", { name: /^Name/ });
  await expect(name.getByRole("cell").last()).toHaveText(own);
  await name.getByRole("radio", { name: other }).check();
  await expect(name.getByRole("cell").last()).toHaveText(other);
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await expect(page.getByLabel("Reason")).toBeFocused();
  await page.getByLabel("Reason").fill("E2E: the register says that it changed its name");
  await page.getByRole("button", { name: "Merge", exact: true }).click();

  await expect(page.getByRole("status").filter({ hasText: "M00182 was merged into this member" })).toBeVisible();
  await expect(title).toHaveText(other);
  // Wherever the old address leads, the way goes on to who goes on.
  for (const old of [
    "/members/M00182/points",
    "/members/M00182/people/invite",
    "/redemptions/M00182/nosuch",
    "/verification/M00182/nosuch",
  ]) {
    await page.goto(old);
    const said = page.getByRole("alert").filter({ hasText: "This member was merged into another one" });
    await said.getByRole("link", { name: "M00181" }).click();
    await expect(page).toHaveURL(/\/members\/M00181$/);
  }

  await page.getByRole("link", { name: "Companies" }).click();
  const merge = page.getByRole("region", { name: "Merges" }).getByRole("row", { name: /the register says/ });
  await merge.getByRole("link", { name: "Undo the merge" }).click();
  const form = page.getByRole("dialog");
  await expect(form).toContainText("M00182");
  await form.getByRole("button", { name: "Undo the merge" }).click();
  await expect(form).toHaveCount(0);
  await expect(merge).toContainText("Undone");
  await expect(title).toHaveText(own);
  await page.goto("/members/M00182");
  await expect(title).toHaveText(other);
});
