// Pictures of the main pages for a person to look at; with SCREENSHOT_OUT set, also those of the README.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAGES } from "../demo-pages.js";
import { openPage, test } from "../portal-test.js";

const RESULTS = fileURLToPath(new URL("../results/screenshots", import.meta.url));
const NAMES = ["home", "catalog", "service", "api", "group", "docs", "definition", "graph", "notFound"];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1440]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      for (const name of NAMES) {
        test(name, async ({ page }) => {
          await openPage(page, PAGES[name].path);
          await page.screenshot({ path: join(RESULTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        });
      }
    });
  }

  test.describe(`for the README, ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } });

    test("a service", async ({ page }) => {
      const out = process.env.SCREENSHOT_OUT || RESULTS;
      await openPage(page, PAGES.service.path);
      await page.screenshot({ path: join(out, `service-${colorScheme}.png`) });
    });
  });
}
