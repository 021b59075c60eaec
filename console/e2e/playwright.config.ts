import { defineConfig } from "@playwright/test";

import { CHROMIUM } from "./people.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "out/results",
  workers: 2,
  // Journeys change what they meet, one after the other; the walk after them only looks, so that its parts go side by side.
  projects: [
    { name: "journeys", testMatch: "journeys*.spec.ts" },
    { name: "made", testMatch: "made.setup.ts", dependencies: ["journeys"] },
    { name: "walk", testMatch: "walk.spec.ts", dependencies: ["made"], fullyParallel: true },
  ],
  timeout: 120_000,
  // A busy machine takes its time; nothing waits longer than it must.
  expect: { timeout: 15_000 },
  globalSetup: "./seed.ts",
  globalTeardown: "./end.ts",
  reporter: [["list"]],
  use: {
    baseURL: `http://localhost:${process.env.PORT ?? 4180}`,
    launchOptions: { executablePath: CHROMIUM, args: ["--no-sandbox"] },
    timezoneId: "Asia/Shanghai",
    contextOptions: { reducedMotion: "reduce" },
    trace: "off",
  },
});
