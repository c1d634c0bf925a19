// What the script adds to widgets: pages, filters and CSV of tables, words for times, and frames that are asked for.
import { readFile } from "node:fs/promises";
import { PAGES } from "../demo-pages.js";
import { expect, hasMark, markWindow, openPage, test } from "../portal-test.js";

/** The table of forty tickets, with what the script puts around it. */
function tickets(page) {
  const section = page.locator("section.section", { has: page.getByRole("heading", { name: "Forty tickets, in pages" }) }).last();
  return { section, rows: section.locator("tbody tr:visible"), place: section.locator(".pager [role=status]") };
}

test("a table is turned by the page, and sorting begins at the first", async ({ page }) => {
  await openPage(page, PAGES.galleryRows.path);
  const { section, rows, place } = tickets(page);
  await expect(rows).toHaveCount(10);
  await expect(place).toHaveText("1–10 of 40");
  const next = section.getByRole("button", { name: /^Next rows/ });
  await next.click();
  await expect(place).toHaveText("11–20 of 40");
  await expect(rows.first()).toContainText("LF-1011");
  await next.click();
  await next.press("Enter");
  await expect(place).toHaveText("31–40 of 40");
  await expect(next).toBeDisabled();
  // The focus does not fall off a button that is no longer of use.
  await expect(section.getByRole("button", { name: /^Previous rows/ })).toBeFocused();
  await section.getByRole("button", { name: "Price" }).click();
  await expect(place).toHaveText("1–10 of 40");
  const prices = (await rows.locator("td:last-child").allInnerTexts()).map(Number);
  expect(prices).toEqual([...prices].sort((a, b) => a - b));
});

test("what a filter leaves is saved as CSV", async ({ page }) => {
  await openPage(page, PAGES.galleryRows.path);
  const { section, rows } = tickets(page);
  await section.getByRole("searchbox").fill("tern");
  await expect(section.locator("output")).toHaveText("10 of 40");
  await expect(rows).toHaveCount(10);
  await expect(section.locator(".pager")).toBeHidden();
  const [download] = await Promise.all([page.waitForEvent("download"), section.getByRole("button", { name: /^CSV/ }).click()]);
  expect(download.suggestedFilename()).toBe("forty-tickets-in-pages.csv");
  const lines = (await readFile(await download.path(), "utf8")).replace("\ufeff", "").trim().split("\r\n");
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 2)).toEqual(["Ticket,Crossing,Price", "LF-1002,Island Tern,23.5"]);
});

test("the order at build is told, and columns without one have no button", async ({ page }) => {
  await openPage(page, PAGES.galleryRows.path);
  const head = page.getByRole("columnheader", { name: "Departs" }).first();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await expect(page.getByRole("columnheader", { name: "Week" }).getByRole("button")).toHaveCount(0);
});

test("times are in words, with the exact time at hand", async ({ page }) => {
  await openPage(page, PAGES.galleryRows.path);
  const time = page.locator("time[data-relative]").first();
  await expect(time).toHaveText(/ago|yesterday|last|in \d|next|now/);
  await expect(time).toHaveAttribute("title", /^\d+ \w+ 2026, \d\d:\d\d UTC$/);
});

test("a frame is loaded when it is asked for, and in a document with its policy", async ({ page }) => {
  let asked = 0;
  await page.route("https://example.com/**", (route) => {
    asked += 1;
    return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Quay</title><p>The quay</p>" });
  });
  await openPage(page, PAGES.gallery.path);
  await markWindow(page);
  await page.getByRole("main").getByRole("link", { name: "Pictures" }).click();
  await expect(page).toHaveURL(PAGES.galleryPictures.path);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gallery: pictures");
  expect(await hasMark(page)).toBe(false);
  expect(asked).toBe(0);
  await page.getByRole("button", { name: /^Show it here.*A harbour camera$/ }).click();
  const frame = page.locator("iframe[title='A harbour camera']");
  await expect(frame).toHaveAttribute("sandbox", /allow-scripts/);
  await expect(frame.contentFrame().getByText("The quay")).toBeVisible();
  expect(asked).toBe(1);
});
