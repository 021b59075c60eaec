import { test } from "@playwright/test";
import { signIn } from "./people.ts";
import { asked, made } from "./made.ts";
import { keepMade } from "./routes.ts";

test("what the walk looks at is made", async ({ page }) => {
  const approvals = await asked(page);
  await signIn(page, "admin");
  keepMade([...(await made(page)), ...approvals]);
});
