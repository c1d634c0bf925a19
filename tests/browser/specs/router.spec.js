// Pages are swapped, never reloaded; and whatever the router cannot do well, the browser does in its own way.
import { readFile } from "node:fs/promises";
import { MISSING, OLD, PAGES } from "../demo-pages.js";
import { expect, hasMark, markWindow, openPage, test } from "../portal-test.js";
import { BASE } from "../site-server.js";

const sidebar = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });

for (const [where, base] of [["at the root", "/"], ["below a path", BASE]]) {
  test.describe(where, () => {
    test("a link swaps the page", async ({ page }) => {
      await openPage(page, base);
      await markWindow(page);
      await sidebar(page, "Catalog").click();
      await expect(page).toHaveURL(`${base}${PAGES.catalog.path}`);
      await expect(page.locator("h1")).toBeFocused();
      await expect(page).toHaveTitle(/^Component|^Catalog/);
      await expect(page.locator("[aria-live=polite]")).toHaveText(await page.title());
      await expect(sidebar(page, "Catalog")).toHaveAttribute("aria-current", "page");
      expect(await hasMark(page)).toBe(true);
    });

    test("links and icons keep working at every depth", async ({ page }) => {
      await openPage(page, base);
      await markWindow(page);
      await sidebar(page, "Catalog").click();
      await page.locator("#main").getByRole("link", { name: /^Booking service$/i }).first().click();
      await expect(page).toHaveURL(`${base}${PAGES.service.path}`);
      await page.locator(".tabs summary", { hasText: "Documentation" }).click();
      await page.locator(".tabs").getByRole("link", { name: "Docs" }).click();
      await expect(page).toHaveURL(`${base}${PAGES.docs.path}`);
      await page.locator(".crumbs a").first().click();
      await expect(page.locator("h1")).toBeFocused();
      expect(await hasMark(page)).toBe(true);
      // The sprite is fetched again only if an icon's address is wrong.
      const icons = await page.locator("svg use").evaluateAll((uses) => uses.map((use) => new URL(use.getAttribute("href"), document.baseURI).pathname));
      expect(new Set(icons).size).toBe(1);
      expect(icons[0]).toMatch(new RegExp(`^${base}assets/icons-`));
    });
  });
}

test("the window's title and live region tell each new page once", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await page.evaluate(() => {
    window.told = [];
    const region = document.querySelector("[aria-live=polite]");
    new MutationObserver(() => { if (region.textContent) window.told.push(region.textContent); })
      .observe(region, { childList: true, characterData: true, subtree: true });
  });
  await sidebar(page, "Catalog").click();
  await expect(page.locator("h1")).toBeFocused();
  await expect.poll(() => page.evaluate(() => window.told)).toEqual([await page.title()]);
  await page.waitForTimeout(200);
  expect(await page.evaluate(() => window.told)).toHaveLength(1);
});

test("Back and Forward bring the page and its scroll position", async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 400 });
  await openPage(page, PAGES.service.path);
  await markWindow(page);
  await page.evaluate(() => scrollTo(0, 300));
  await page.locator(".crumbs a").first().evaluate((link) => link.click());
  await expect(page).not.toHaveURL(PAGES.service.path);
  await expect(page.locator("h1")).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  const second = page.url();

  await page.goBack();
  await expect(page).toHaveURL(PAGES.service.path);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
  await page.goForward();
  await expect(page).toHaveURL(second);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  expect(await hasMark(page)).toBe(true);
});

test("a reload keeps the scroll position", async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 400 });
  await openPage(page, PAGES.service.path);
  await page.evaluate(() => scrollTo(0, 250));
  await page.reload();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(250);
});

test("a link to a heading of another page goes there", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  await markWindow(page);
  const path = `/${PAGES.docsDeep.path}`;
  const response = await page.request.get(path);
  const id = (await response.text()).match(/<h2[^>]* id="([^"]+)"/)[1];
  await page.evaluate((href) => window.callboard.visit(href), `${path}#${id}`);
  await expect(page).toHaveURL(`${path}#${id}`);
  await expect(page.locator(`[id="${id}"]`)).toBeFocused();
  await expect(page.locator(`[id="${id}"]`)).toBeInViewport();
  expect(await hasMark(page)).toBe(true);
});

test("a link to a heading of the same page is the browser's own", async ({ page }) => {
  await openPage(page, PAGES.docsDeep.path);
  await markWindow(page);
  const link = page.locator(".outline a").last();
  const href = await link.getAttribute("href");
  await link.click();
  await expect(page).toHaveURL(`${PAGES.docsDeep.path}${href}`);
  await page.goBack();
  await expect(page).toHaveURL(PAGES.docsDeep.path);
  expect(await hasMark(page)).toBe(true);
});

test("the skip link reaches the content after a swap too", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await sidebar(page, "Catalog").click();
  await expect(page.locator("h1")).toBeFocused();
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test("a click with a modifier opens a new tab", async ({ page, context }) => {
  await openPage(page, PAGES.home.path);
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    sidebar(page, "Catalog").click({ modifiers: ["Control"] }),
  ]);
  await opened.waitForLoadState();
  await expect(opened).toHaveURL(PAGES.catalog.path);
  await expect(page).toHaveURL("/");
});

test.describe("a file that is not a page", () => {
  // The browser itself gives up the navigation when it saves the file instead.
  test.use({ expectedTrouble: [/ERR_ABORTED .*\/api\/catalog\/entities\//] });

  test("is left to the browser", async ({ page }) => {
    await openPage(page, PAGES.service.path);
    await markWindow(page);
    // The path is Backstage's and has no extension, so a plain file server cannot tell its type: it is saved.
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".actions").getByRole("link", { name: "JSON" }).click(),
    ]);
    const entity = JSON.parse(await readFile(await saved.path(), "utf8"));
    expect(entity.metadata.name).toBe("booking-service");
    expect(await hasMark(page)).toBe(true);
  });
});

test("resting on a link fetches the page, and the click uses it", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  const asked = [];
  page.on("request", (request) => {
    if (request.resourceType() === "fetch") asked.push(new URL(request.url()).pathname);
  });
  await sidebar(page, "Catalog").hover();
  await expect.poll(() => asked).toEqual([`/${PAGES.catalog.path}`]);
  await sidebar(page, "Catalog").click();
  await expect(page.locator("h1")).toBeFocused();
  expect(asked).toHaveLength(1);
});

test("the last of several clicks wins", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await markWindow(page);
  await page.route(`**/${PAGES.graph.path}`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue().catch(() => { /* The router has dropped it. */ });
  });
  await page.evaluate((path) => { window.callboard.visit(path); }, PAGES.graph.path);
  await page.evaluate((path) => { window.callboard.visit(path); }, PAGES.catalog.path);
  await expect(page).toHaveURL(PAGES.catalog.path);
  await page.waitForTimeout(600);
  await expect(page).toHaveURL(PAGES.catalog.path);
  await expect(page.locator("body")).toHaveAttribute("data-kind", "list");
  expect(await hasMark(page)).toBe(true);
});

test.describe("whatever fails becomes an ordinary page load", () => {
  test.use({ expectedTrouble: [/./] });

  /** Answers the router's own requests, and lets the browser's navigation through. */
  async function answerFetches(page, answer) {
    await page.route(`**/${PAGES.catalog.path}`, (route) => (
      route.request().resourceType() === "fetch" ? answer(route) : route.continue()));
  }

  for (const [what, answer] of [
    ["a broken connection", (route) => route.abort("connectionreset")],
    ["an error of the server", (route) => route.fulfill({ status: 503, contentType: "text/html", body: "<h1>Busy</h1>" })],
    ["a page of somebody else", (route) => route.fulfill({ contentType: "text/html", body: "<title>Sign in</title><h1>Sign in</h1>" })],
    ["something that is not HTML", (route) => route.fulfill({ contentType: "application/json", body: "{}" })],
  ]) {
    test(what, async ({ page }) => {
      await openPage(page, PAGES.home.path);
      await markWindow(page);
      await answerFetches(page, answer);
      await sidebar(page, "Catalog").click();
      await expect(page).toHaveURL(PAGES.catalog.path);
      await expect(page.locator("body")).toHaveAttribute("data-kind", "list");
      expect(await hasMark(page)).toBe(false);
    });
  }

  test("a portal published anew", async ({ page }) => {
    await openPage(page, PAGES.home.path);
    await markWindow(page);
    await answerFetches(page, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/portal-[0-9a-f]+\.css/, "portal-00000000.css");
      await route.fulfill({ response, body });
    });
    await sidebar(page, "Catalog").click();
    await expect(page).toHaveURL(PAGES.catalog.path);
    await expect(page.locator("body")).toHaveAttribute("data-kind", "list");
    expect(await hasMark(page)).toBe(false);
  });
});

test.describe("an address where nothing is published", () => {
  test.use({ expectedTrouble: [/404/] });

  test("answers 404, names what is near, and searches", async ({ page }) => {
    const response = await openPage(page, MISSING);
    expect(response.status()).toBe(404);
    await expect(page.locator("body")).toHaveAttribute("data-kind", "not-found");
    const nearest = page.locator("#nearest").getByRole("link");
    await expect(nearest.first()).toHaveAttribute("href", `/${PAGES.service.path}`);
    await page.getByRole("searchbox").fill("ticketing");
    await page.getByRole("button", { name: "Search", exact: true }).last().click();
    await expect(page.getByRole("option").first()).toContainText(/ticketing/i);
    await page.keyboard.press("Escape");
    await nearest.first().click();
    await expect(page).toHaveURL(PAGES.service.path);
  });

  test("sends on from below an old address, whatever its case", async ({ page }) => {
    await page.goto(`${OLD.replace("catalog/default", "Catalog/Default")}dependencies/`, { waitUntil: "commit" });
    await expect(page).toHaveURL(PAGES.dependencies.path);
  });
});
