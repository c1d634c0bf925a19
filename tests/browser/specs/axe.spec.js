// Every kind of page in both themes, wide and narrow: WCAG 2.2 AA, landmarks, no errors, nothing wider than a phone.
import AxeBuilder from "@axe-core/playwright";
import { PAGES } from "../demo-pages.js";
import { expect, openPage, test } from "../portal-test.js";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** One line for each violation: the rule, where, and what is wrong there. */
async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => {
    const reason = [...any, ...all, ...none][0]?.message ?? "";
    return `${id}: ${target.join(" ")}: ${reason}`;
  }));
}

/** Folded parts are opened, because what nobody sees is not examined. */
async function unfold(page) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details:not(.tab-group, .menu, [data-wide-open])")) details.open = true;
  });
}

// Each test is up to a dozen examinations, and a long page takes seconds for one.
test.describe.configure({ timeout: 180_000 });

const SCHEMES = ["light", "dark"];
const WIDTHS = [1440, 390];

/** Looks at what is on the screen in both themes and widths; one load serves them all. */
async function examine(page, widths = WIDTHS) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect.soft(await violations(page), `${width} px, ${colorScheme}`).toEqual([]);
    }
  }
}

/** How far a page is wider than a phone of 320 px, and the elements that stick out. */
async function overflow(page) {
  await page.setViewportSize({ width: 320, height: 640 });
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    // An element that sticks out matters only where no box around it scrolls or clips.
    const clipped = (element) => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== "visible") return true;
      }
      return false;
    };
    const out = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > limit + 0.5 && !clipped(element));
    return {
      wide: document.scrollingElement.scrollWidth - limit,
      who: out.slice(0, 5).map((element) => element.outerHTML.slice(0, 160)).join("\n"),
    };
  });
}

for (const [name, { path, kind }] of Object.entries(PAGES)) {
  test(name, async ({ page }) => {
    await openPage(page, path);
    await expect(page.locator("body")).toHaveAttribute("data-kind", kind);
    await unfold(page);
    await examine(page);
    const { wide, who } = await overflow(page);
    expect(wide, who).toBe(0);
  });
}

test("palette with recent pages, with results, and without", async ({ page }) => {
  await openPage(page, PAGES.service.path);
  await page.keyboard.press("/");
  await expect(page.getByRole("option").first()).toBeVisible();
  await examine(page);
  await page.keyboard.type("book");
  await expect(page.locator(".palette [role=status]")).toHaveText(/result/);
  await expect(page.getByRole("option").first()).toBeVisible();
  await examine(page);
  await page.keyboard.type("xyzxyz");
  await expect(page.getByRole("option")).toHaveCount(0);
  await examine(page);
  expect((await overflow(page)).wide).toBe(0);
});

test("keyboard help", async ({ page }) => {
  await openPage(page, PAGES.home.path);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await examine(page);
  expect((await overflow(page)).wide).toBe(0);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("open menu", async ({ page }) => {
    await openPage(page, PAGES.home.path);
    await page.getByRole("button", { name: "Menu" }).tap();
    await expect(page.locator("#menu").getByRole("link", { name: "Catalog" })).toBeVisible();
    await examine(page, [390]);
    expect((await overflow(page)).wide).toBe(0);
  });
});

test.describe("a chosen theme", () => {
  test.use({ colorScheme: "light" });

  test("stays, and is there before anything is painted", async ({ page }) => {
    await openPage(page, PAGES.home.path);
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole("button", { name: "Dark theme" }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);

    // Without the deferred script only theme.js has run.
    await page.route(/portal-[0-9a-f]+\.js/, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await page.goto(PAGES.catalog.path);
    expect(await ground()).toBe(dark);
  });
});
