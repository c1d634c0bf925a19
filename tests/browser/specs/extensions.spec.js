// One extension of each kind, in the portal of `tests/golden/extensions`: what the layouts and the script do with them.
import AxeBuilder from "@axe-core/playwright";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, openPage, test } from "../portal-test.js";
import { serveSite } from "../site-server.js";

const FOLDER = process.env.EXTENSIONS_DIR ?? "";
const RESULTS = fileURLToPath(new URL("../results/screenshots", import.meta.url));
const BOAT = "catalog/default/component/pilot-boat/";
const PATHS = ["", "harbour/", "harbour/after-dark/", "catalog/", BOAT, `${BOAT}berth/`, "docs/default/component/pilot-boat/"];

let server;
test.beforeAll(async () => {
  if (!existsSync(join(FOLDER, "index.html"))) throw new Error("EXTENSIONS_DIR must name the built portal of tests/golden/extensions");
  server = await serveSite(FOLDER);
});
test.afterAll(() => server.stop());

const at = (path) => `${server.address}/${path}`;

for (const path of PATHS) {
  test(`/${path} is sound`, async ({ page }) => {
    await openPage(page, at(path));
    await page.evaluate(() => { for (const it of document.querySelectorAll(".folded")) it.open = true; });
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const name = `extensions-${path.replaceAll("/", "-") || "home"}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(RESULTS, name), fullPage: true });
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
        expect.soft(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`)), `${width} px, ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}

test("the menu of an entity opens, and closes with Escape", async ({ page }) => {
  await openPage(page, at(BOAT));
  const summary = page.locator(".menu > summary");
  const item = page.getByRole("link", { name: "Hafenamt anrufen" });
  await summary.focus();
  await page.keyboard.press("Enter");
  await expect(item).toBeVisible();
  await expect(item).toHaveAttribute("href", "tel:+4945100");
  await page.keyboard.press("Tab");
  await expect(item).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(item).toBeHidden();
  await expect(summary).toBeFocused();
  await page.setViewportSize({ width: 320, height: 640 });
  await summary.click();
  const { violations } = await new AxeBuilder({ page }).include(".menu").analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await page.locator("h1").click();
  await expect(item).toBeHidden();
});

test("a choice above a list leaves some rows, and stays in the address", async ({ page }) => {
  await openPage(page, at("catalog/"));
  const rows = page.locator(".table tbody tr:visible");
  await expect(rows).toHaveCount(2);
  await page.getByLabel("Tags").selectOption("launch");
  await expect(rows).toHaveCount(1);
  await expect(page.locator(".row-filters output")).toHaveText("1 of 2");
  await expect(page).toHaveURL(/[?&]f-harbour-tags=launch/);
  // Sorting does not mix up which row has which value.
  await page.getByRole("button", { name: "Name" }).click();
  await page.getByRole("button", { name: "Name" }).click();
  await expect(rows).toHaveText(/pilot-boat/);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByLabel("Tags").selectOption("");
  await expect(rows).toHaveCount(2);
  await expect(page).not.toHaveURL(/f-harbour-tags/);
});

test("sub-pages are tabs, reached without a page load and by key", async ({ page }) => {
  await openPage(page, at("harbour/"));
  await expect(page.locator(".tabs [aria-current=page]")).toHaveText("Tagsüber");
  await page.getByRole("link", { name: "Bei Nacht" }).click();
  await expect(page).toHaveURL(at("harbour/after-dark/"));
  await expect(page.locator(".main")).toHaveText(/Lights are on/);
  await page.keyboard.press("[");
  await expect(page).toHaveURL(at("harbour/day/"));
});

test("rows of plugins stand in the search in their own group", async ({ page }) => {
  await page.route("**/search/index.json", async (route) => {
    const index = await (await route.fetch()).json();
    await route.fulfill({ json: { ...index, types: [{ t: "Buoys", i: "harbour--lantern" }], rows: ["search/rows-0.json"] } });
  });
  await page.route("**/search/rows-0.json", (route) => route.fulfill({ json: [[0, "Bar buoy", "red and white stripes", "harbour/day/"]] }));
  await openPage(page, at(""));
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeFocused();
  await page.keyboard.type("stripes");
  await expect(page.getByRole("group", { name: "Buoys" }).getByRole("option")).toHaveText(/Bar buoy/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(at("harbour/day/"));
});

test("a theme sets colours in both schemes", async ({ page }) => {
  await openPage(page, at(""));
  const accent = () => page.evaluate(() => getComputedStyle(document.querySelector(".crumbs a, .links a .icon")).color);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await accent()).toBe("rgb(11, 61, 145)");
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await accent()).not.toBe("rgb(11, 61, 145)");
});
