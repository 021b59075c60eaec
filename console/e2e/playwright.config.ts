import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "out/results",
  workers: 1,
  timeout: 120_000,
  globalSetup: "./seed.ts",
  globalTeardown: "./end.ts",
  reporter: [["list"]],
  use: {
    baseURL: `http://localhost:${process.env.PORT ?? 4180}`,
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    timezoneId: "Asia/Shanghai",
    contextOptions: { reducedMotion: "reduce" },
    trace: "off",
  },
});
