// Pictures of the main pages for a person to look at; with SCREENSHOT_OUT set, also those of the README.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAGES } from "../demo-pages.js";
import { openPage, test } from "../portal-test.js";

const RESULTS = fileURLToPath(new URL("../results/screenshots", import.meta.url));
const NAMES = ["home", "catalog", "service", "api", "group", "docs", "definition", "graph", "notFound"];

for (const name of NAMES) {
  test(name, async ({ page }) => {
    await openPage(page, PAGES[name].path);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: join(RESULTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
  });
}

test("a service, for the README", async ({ page }) => {
  const out = process.env.SCREENSHOT_OUT || RESULTS;
  await page.setViewportSize({ width: 1280, height: 800 });
  await openPage(page, PAGES.service.path);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.screenshot({ path: join(out, `service-${colorScheme}.png`) });
  }
});
