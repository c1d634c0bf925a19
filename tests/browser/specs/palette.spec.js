// The search palette: opened by key, led by the keyboard, quick, and left without a trace.
import { PAGES } from "../demo-pages.js";
import { expect, hasMark, markWindow, openPage, test } from "../portal-test.js";
import { BASE } from "../site-server.js";

const palette = (page) => page.getByRole("dialog", { name: "Search" });
const box = (page) => page.getByRole("combobox", { name: "Search" });
const options = (page) => page.locator(".palette [role=option]");

/** The option that Enter would open. */
const chosen = (page) => page.getByRole("option", { selected: true });

async function search(page, text) {
  await page.keyboard.press("/");
  await expect(box(page)).toBeFocused();
  await page.keyboard.type(text);
  await expect(page.locator(".palette [role=status]")).toHaveText(/result/);
}

for (const keys of ["/", "Control+k", "Meta+k"]) {
  test(`${keys} opens it`, async ({ page }) => {
    await openPage(page, PAGES.catalog.path);
    await page.keyboard.press(keys);
    await expect(palette(page)).toBeVisible();
    await expect(box(page)).toBeFocused();
    await expect(box(page)).toHaveValue("");
  });
}

test("the button opens it, and Esc gives focus back", async ({ page }) => {
  await openPage(page, PAGES.catalog.path);
  const button = page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: "Search" });
  await button.click();
  await expect(box(page)).toBeFocused();
  await page.keyboard.type("book");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(button).toBeFocused();
});

test("nothing of it is loaded before it is asked for", async ({ page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await openPage(page, PAGES.home.path);
  expect(asked.filter((url) => /palette|search\//.test(url))).toEqual([]);
});

for (const [what, text, path] of [
  ["an entity by its name", "booking-service", PAGES.service.path],
  ["an entity by the start of its name", "booking-se", PAGES.service.path],
  ["an entity in spite of a slip", "bokking-service", PAGES.service.path],
  ["an entity by its reference", "component:default/booking-service", PAGES.service.path],
  ["an entity in another case", "BERTHKIT", PAGES.library.path],
  ["a person", "iris holt", PAGES.user.path],
  ["a page of documentation", "tables", PAGES.docsDeep.path],
  ["a page of the guide", "command line", "guide/command-line/"],
]) {
  test(`typing finds ${what}`, async ({ page }) => {
    await openPage(page, PAGES.home.path);
    await search(page, text);
    await expect(options(page).first()).toHaveAttribute("data-path", path);
  });
}

test("arrows choose, Enter goes there without a reload", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await markWindow(page);
  await search(page, "booking");
  await expect(chosen(page)).toHaveCount(1);
  const first = await chosen(page).getAttribute("data-path");
  await page.keyboard.press("ArrowDown");
  await expect(chosen(page)).not.toHaveAttribute("data-path", first);
  await expect(box(page)).toHaveAttribute("aria-activedescendant", await chosen(page).getAttribute("id"));
  await expect(box(page)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(chosen(page)).toHaveAttribute("data-path", first);
  await page.keyboard.press("ArrowUp");
  await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeHidden();
  await expect(page).toHaveURL(first);
  await expect(page.locator("h1")).toBeFocused();
  expect(await hasMark(page)).toBe(true);
});

test("a click opens a result, also below a path", async ({ page }) => {
  await openPage(page, `${BASE}${PAGES.docsDeep.path}`);
  await markWindow(page);
  await search(page, "booking-service");
  await options(page).first().click();
  await expect(page).toHaveURL(`${BASE}${PAGES.service.path}`);
  expect(await hasMark(page)).toBe(true);
});

test("kind:api shows APIs only, and owner: narrows them", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await search(page, "kind:api");
  const paths = () => options(page).evaluateAll((all) => all.map((option) => option.dataset.path));
  const apis = await paths();
  expect(apis.length).toBeGreaterThan(3);
  expect(apis.filter((path) => !/^catalog\/[^/]+\/api\//.test(path))).toEqual([]);
  await page.keyboard.type(" owner:purser");
  await expect.poll(async () => (await paths()).length).toBeLessThan(apis.length);
  expect(await paths()).toContain(PAGES.grpcApi.path);
});

test("without results it says so, and keeps the words", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await search(page, "qqzzxxvv");
  await expect(options(page)).toHaveCount(0);
  await expect(palette(page)).toContainText("Nothing is called qqzzxxvv");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();
});

test("text is never taken for markup", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await search(page, "<img src=x onerror=alert(1)>");
  await expect(palette(page).locator("img")).toHaveCount(0);
});

test("pages seen before stand in the empty palette", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  await openPage(page, PAGES.catalog.path);
  await page.keyboard.press("/");
  await expect(options(page).first()).toHaveAttribute("data-path", PAGES.service.path);
});

test("a lost index is told, and the next try finds it", async ({ page }) => {
  let broken = true;
  await openPage(page, PAGES.home.path);
  await page.route("**/search/index.json", (route) => {
    if (broken) return route.fulfill({ contentType: "text/html", body: "<h1>Busy</h1>" });
    return route.continue();
  });
  await page.keyboard.press("/");
  await expect(page.locator("[role=combobox]")).toBeFocused();
  await page.keyboard.type("booking");
  await expect(palette(page)).toContainText("could not be loaded");
  broken = false;
  await page.keyboard.type("-service");
  await expect(options(page).first()).toHaveAttribute("data-path", PAGES.service.path);
});

test("a key is answered within 50 ms", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await search(page, "b");
  const times = await page.evaluate(async () => {
    const input = document.querySelector("[role=combobox]");
    const answer = async (text) => {
      const start = performance.now();
      input.value = text;
      input.dispatchEvent(new Event("input"));
      await new Promise((resolve) => setTimeout(resolve));
      return performance.now() - start;
    };
    const best = {};
    for (const text of ["bo", "book", "kind:api", "zzzzqq"]) {
      // The quickest of some tries is what the program needs; the rest is what else the machine does.
      for (let round = 0; round < 8; round++) best[text] = Math.min(best[text] ?? Infinity, await answer(text));
    }
    return best;
  });
  for (const [text, time] of Object.entries(times)) expect(time, text).toBeLessThan(50);
});
