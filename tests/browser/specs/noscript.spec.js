// With scripts off every page is complete: text, navigation, lists, name ranges, documents, graphs.
import { OLD, PAGES } from "../demo-pages.js";
import { expect, test } from "../portal-test.js";

test.use({ javaScriptEnabled: false });

for (const [name, { path, kind }] of Object.entries(PAGES)) {
  test(`${name} is readable`, async ({ page }) => {
    await page.goto(path);
    await expect(page.locator("body")).toHaveAttribute("data-kind", kind);
    await expect(page.locator("h1")).toHaveCount(1);
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expect(page.locator("h1")).toBeVisible();
      await expect(page.locator("main")).toBeVisible();
      expect((await page.locator("main").innerText()).trim()).not.toBe("");
      expect((await page.locator("#page").innerText()).trim().length).toBeGreaterThan(100);
      // Controls that would do nothing are not there.
      await expect(page.locator("button:visible")).toHaveCount(0);
    }
  });
}

test("an old address leads to the page", async ({ page }) => {
  await page.goto(OLD, { waitUntil: "commit" });
  await expect(page).toHaveURL(PAGES.service.path);
  await expect(page.locator("body")).toHaveAttribute("data-kind", "entity");
});

test("the navigation leads through the portal", async ({ page }) => {
  await page.goto("/");
  const side = page.getByRole("navigation", { name: "Main" });
  const links = side.locator(".nav a");
  const count = await links.count();
  expect(count).toBeGreaterThan(3);
  for (let at = 0; at < count; at++) {
    // Groups are folded; opening one needs no script.
    if (!await links.nth(at).isVisible()) await links.nth(at).locator("xpath=ancestor::details[1]/summary").click();
    await links.nth(at).click();
    await expect(page.locator("h1")).toBeVisible();
    await expect(page.locator("body")).not.toHaveAttribute("data-kind", "not-found");
  }
});

test("the phone's menu opens and closes without scripts", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(PAGES.service.path);
  const catalog = page.locator("#menu").getByRole("link", { name: "Catalog", exact: true });
  await page.getByRole("link", { name: "Menu", exact: true }).click();
  await expect(catalog).toBeInViewport();
  await catalog.click();
  await expect(page).toHaveURL(PAGES.catalog.path);
});

test("kinds and name ranges list every entity", async ({ page }) => {
  await page.goto(PAGES.catalog.path);
  const kinds = page.getByRole("navigation", { name: "Kinds" }).getByRole("link");
  const hrefs = await kinds.evaluateAll((links) => links.map((link) => ({ href: link.href, count: Number(link.querySelector(".count").textContent.replace(/\D/g, "")) })));
  expect(hrefs.length).toBeGreaterThan(5);
  for (const { href, count } of hrefs) {
    await page.goto(href);
    const ranges = await page.getByRole("navigation", { name: "Names" }).getByRole("link").evaluateAll((links) => links.map((link) => link.href));
    const names = new Set();
    for (const range of ranges.length ? ranges : [href]) {
      await page.goto(range);
      for (const name of await page.locator("tbody th a").evaluateAll((links) => links.map((link) => link.href))) names.add(name);
    }
    expect(names.size, href).toBe(count);
  }
});

test("tabs, breadcrumbs and documents are plain links", async ({ page }) => {
  await page.goto(PAGES.service.path);
  await page.locator(".tabs summary", { hasText: "Documentation" }).click();
  await page.locator(".tabs").getByRole("link", { name: "Docs" }).click();
  await expect(page).toHaveURL(PAGES.docs.path);
  const docs = page.getByRole("navigation", { name: "Documentation" });
  // Sections that the page is not part of are folded; opening one needs no script.
  const unfold = (section) => docs.locator("summary", { hasText: section }).last().click();
  await unfold("Operations");
  await docs.getByRole("link", { name: "Runbook" }).click();
  await expect(page).toHaveURL(/\/operations\/runbook\/$/);
  await unfold("Concepts");
  await unfold("Data");
  await docs.getByRole("link", { name: "Tables" }).click();
  await expect(page).toHaveURL(PAGES.docsDeep.path);
  await page.locator(".doc-turn").getByRole("link", { name: /^Next/ }).click();
  await expect(page).toHaveURL(/\/concepts\/data\/events\/$/);
  await page.locator(".crumbs a").first().click();
  await expect(page.locator("h1")).toBeVisible();
});

test("a graph is a picture and a list", async ({ page }) => {
  await page.goto(PAGES.service.path);
  const figure = page.locator("figure.graph").first();
  await expect(figure.locator("svg a.graph-node").first()).toBeVisible();
  await figure.locator("summary").click();
  await expect(figure.locator(".graph-list li").first()).toBeVisible();
});
