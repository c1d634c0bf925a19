// The `test` of all specs: a page that must stay free of errors, and the few words they share.
import { expect, test as base } from "@playwright/test";

export { expect };

export const test = base.extend({
  /** Kinds of trouble a spec brings about on purpose, as regular expressions. */
  expectedTrouble: [[], { option: true }],

  /** Fails the test at its end when the page logged an error, broke its CSP or asked for something missing. */
  quiet: [async ({ page, expectedTrouble }, use) => {
    const trouble = [];
    page.on("console", (message) => {
      if (message.type() === "error") trouble.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => trouble.push(`exception: ${error.stack ?? error}`));
    page.on("response", (response) => {
      if (response.status() >= 400) trouble.push(`response: ${response.status()} ${response.url()}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // The router drops a fetch that a newer one has overtaken, and the browser drops pictures of a page that is left.
      if (why === "net::ERR_ABORTED" && !["document", "stylesheet", "script"].includes(request.resourceType())) return;
      trouble.push(`request: ${why} ${request.url()}`);
    });
    await use();
    expect(trouble.filter((line) => !expectedTrouble.some((known) => known.test(line)))).toEqual([]);
  }, { auto: true }],
});

/** Leaves a mark that only a real page load wipes out. */
export async function markWindow(page) {
  await page.evaluate(() => { window.markOfThisLoad = true; });
}

export async function hasMark(page) {
  return page.evaluate(() => window.markOfThisLoad === true);
}

/** Opens a page and waits until its scripts have run. */
export async function openPage(page, path) {
  const response = await page.goto(path);
  await page.waitForFunction(() => window.callboard?.visit && document.querySelector("#side-tools > *"));
  return response;
}

/** What the page says where the keyboard is: the text or label of the focused element. */
export async function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    return (element.getAttribute("aria-label") ?? element.textContent).trim();
  });
}
