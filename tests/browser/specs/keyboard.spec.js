// Everything can be reached and done with the keyboard, and single keys stay out of the way of typing.
import { PAGES } from "../demo-pages.js";
import { expect, focused, hasMark, markWindow, openPage, test } from "../portal-test.js";

/** Presses Tab until the focus leaves the page; one line for each stop. */
async function tabStops(page, limit = 200) {
  const stops = [];
  for (let at = 0; at < limit; at++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const box = element.getBoundingClientRect();
      // Nodes of a graph are framed by the stroke of their box.
      const ringed = (shown) => {
        const { outlineStyle, outlineWidth, boxShadow, strokeWidth } = getComputedStyle(shown);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none" || (shown.nodeName === "rect" && parseFloat(strokeWidth) >= 3);
      };
      const inside = (selector) => element.closest(selector) !== null;
      return {
        region: ["nav.side", "header.head", "main", "footer"].find(inside) ?? (inside(".skip") ? "skip" : "none"),
        tab: inside(".tabs") ? element.textContent.trim() : "",
        text: element.outerHTML.slice(0, 120),
        seen: box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible",
        ring: ringed(element) || [...element.children].some(ringed),
      };
    });
    if (!stop) return stops;
    stops.push(stop);
  }
  throw new Error(`more than ${limit} stops: the focus may be caught`);
}

for (const name of ["home", "service", "docs", "api", "graph"]) {
  test(`${name}: Tab goes from the skip link through the regions in order, always visibly`, async ({ page }) => {
    await openPage(page, PAGES[name].path);
    const stops = await tabStops(page, 400);
    expect(stops[0].region).toBe("skip");
    const regions = stops.map((stop) => stop.region).filter((region, at, all) => region !== all[at - 1]);
    const order = ["skip", "nav.side", "header.head", "main", "footer"];
    expect(regions).toEqual(order.filter((region) => regions.includes(region)));
    expect(stops.filter((stop) => !stop.seen).map((stop) => stop.text)).toEqual([]);
    expect(stops.filter((stop) => !stop.ring).map((stop) => stop.text)).toEqual([]);
  });
}

test("the skip link is first, shows itself, and leads to the content", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to content");
  await expect(page.locator(".skip")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test("every tab of an entity is a stop, and moving over it loads nothing", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  const names = await page.locator(".tabs > ul > li > a, .tabs > ul > li > details > summary").allInnerTexts();
  expect(names.length).toBeGreaterThan(2);
  const stops = (await tabStops(page, 400)).filter((stop) => stop.tab);
  expect(stops.map((stop) => stop.tab)).toEqual(names.map((name) => name.trim()));
  await expect(page).toHaveURL(PAGES.service.path);
});

test("brackets go to the next and the previous tab", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  await markWindow(page);
  const second = await page.locator(".tabs a").nth(1).getAttribute("href");
  const target = new URL(second, page.url()).href;
  await page.keyboard.press("]");
  await expect(page).toHaveURL(target);
  await expect(page.locator("h1")).toBeFocused();
  await page.keyboard.press("[");
  await expect(page).toHaveURL(PAGES.service.path);
  await expect(page.locator("h1")).toBeFocused();
  await page.keyboard.press("[");
  await expect(page).toHaveURL(PAGES.service.path);
  expect(await hasMark(page)).toBe(true);
});

for (const [key, path] of [["c", PAGES.catalog.path], ["d", PAGES.docsIndex.path], ["a", "api-docs/"], ["h", ""]]) {
  test(`g ${key} goes to /${path}`, async ({ page }) => {
    await openPage(page, PAGES.service.path);
    await markWindow(page);
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page).toHaveURL(`/${path}`);
    await expect(page.locator("h1")).toBeFocused();
    expect(await hasMark(page)).toBe(true);
  });
}

test("single keys are letters while typing", async ({ page }) => {
  await openPage(page, PAGES.catalog.path);
  const filter = page.getByRole("searchbox").first();
  await filter.fill("");
  await filter.press("/");
  await filter.press("g");
  await filter.press("h");
  await expect(filter).toHaveValue("/gh");
  await expect(page).toHaveURL(/\/catalog\//);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("single keys can be turned off, Ctrl K stays", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await openPage(page, PAGES.catalog.path);
  await page.keyboard.press("/");
  await page.keyboard.press("?");
  await page.waitForTimeout(300);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeFocused();
});

test("heads of tables sort with Enter and say how", async ({ page }) => {
  await openPage(page, PAGES.catalog.path);
  const head = page.locator("thead th").first();
  const names = () => page.locator("tbody tr th").allInnerTexts();
  await head.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  const up = await names();
  await page.keyboard.press("Enter");
  await expect(head).toHaveAttribute("aria-sort", "descending");
  expect(await names()).toEqual([...up].reverse());
});

test("a filter lives in the address and comes back with Back", async ({ page }) => {
  await openPage(page, PAGES.catalog.path);
  const filter = page.getByRole("searchbox").first();
  const all = await page.locator("tbody tr:visible").count();
  await filter.fill("booking");
  await expect.poll(() => page.locator("tbody tr:visible").count()).toBeLessThan(all);
  await expect(page).toHaveURL(/\?q=booking$/);
  await page.locator("tbody tr:visible th a").first().click();
  await expect(page.locator("h1")).toBeFocused();
  await page.goBack();
  await expect(page).toHaveURL(/\?q=booking$/);
  await expect(page.getByRole("searchbox").first()).toHaveValue("booking");
  expect(await page.locator("tbody tr:visible").count()).toBeLessThan(all);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("the menu opens, keeps the focus, and Esc closes it", async ({ page }) => {
    await openPage(page, PAGES.service.path);
    const menu = page.getByRole("button", { name: "Menu" });
    await menu.focus();
    await page.keyboard.press("Enter");
    await expect(menu).toHaveAttribute("aria-expanded", "true");
    await expect(page.locator("#menu :focus")).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(menu).toHaveAttribute("aria-expanded", "false");
    await expect(menu).toBeFocused();
  });

  test("what is tapped is at least 44 px high", async ({ page }) => {
    await openPage(page, PAGES.service.path);
    const small = await page.locator(".side-top a:visible, .side-top button:visible, .tabs a:visible, .actions .button:visible")
      .evaluateAll((all) => all.filter((element) => element.getBoundingClientRect().height < 43.5).map((element) => element.outerHTML.slice(0, 120)));
    expect(small).toEqual([]);
  });
});
