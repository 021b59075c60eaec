import { test } from "@playwright/test";
import { signIn } from "./people.ts";
import { made } from "./made.ts";
import { keepMade } from "./routes.ts";

test("what the walk looks at is made", async ({ page }) => {
  await signIn(page, "admin");
  keepMade(await made(page));
});
