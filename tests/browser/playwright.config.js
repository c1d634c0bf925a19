// How the browser is started and what a run looks like.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "specs",
  outputDir: "results/failures",
  globalSetup: "./global-setup.js",
  workers: 2,
  retries: 0,
  fullyParallel: true,
  forbidOnly: true,
  reporter: "line",
  // Generous, because the machine may be busy with something else; nothing waits for it when all is well.
  timeout: 60_000,
  use: {
    // The server takes a free port, so the address is known only once it runs.
    baseURL: process.env.PORTAL_ADDRESS,
    browserName: "chromium",
    headless: true,
    viewport: { width: 1280, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      // The system's browser: none is downloaded.
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        // The sandbox of Chromium cannot start as root, which is what CI machines are.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
