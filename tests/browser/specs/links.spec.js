// Reads the built files, all of them: every link leads somewhere, nothing needs a weaker CSP, the HTML is valid.
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { follow, idsOf, readSite } from "../built-site.js";
import { PAGES } from "../demo-pages.js";

test.describe.configure({ mode: "default", timeout: 300_000 });

/** Enough lines to see what is wrong, however often it is. */
const SHOWN = 40;

let site;

test.beforeAll(async () => {
  site = await readSite(process.env.SITE_DIR);
});

/** Runs a rule on every page and fails with `page: finding` lines. */
async function everyPage(rule) {
  const findings = [];
  for (const page of site.pages.values()) {
    for (const finding of await rule(page)) findings.push(`${page.path}: ${finding}`);
  }
  expect(findings.slice(0, SHOWN), `${findings.length} findings`).toEqual([]);
}

test("every kind of page is there", () => {
  const missing = Object.values(PAGES).map(({ path }) => (path.endsWith(".html") ? path : `${path}index.html`)).filter((path) => !site.pages.has(path));
  expect(missing).toEqual([]);
});

test("every link leads to a file, and every fragment to an id", async () => {
  const known = new Map();
  const ids = async (file) => {
    if (!known.has(file)) known.set(file, await idsOf(site, file));
    return known.get(file);
  };
  await everyPage(async (page) => {
    const findings = [];
    for (const link of new Set(page.links)) {
      const target = follow(page, link);
      if (!target) continue;
      if (target.problem) {
        findings.push(target.problem);
        continue;
      }
      const inside = await ids(target.file);
      if (!inside) findings.push(`no such file: ${link}`);
      else if (target.fragment && !inside.has(target.fragment)) findings.push(`no such place: ${link}`);
    }
    return findings;
  });
});

test("every page can be reached from the home page", () => {
  const reached = new Set(["index.html"]);
  for (const path of reached) {
    for (const link of site.pages.get(path)?.links ?? []) {
      const target = follow(site.pages.get(path), link);
      if (target?.file && site.pages.has(target.file)) reached.add(target.file);
    }
  }
  // Nothing links to an old address any more; that is what it is for.
  const old = (path) => site.pages.get(path).text.includes('<body data-kind="redirect">');
  const lost = [...site.pages.keys()].filter((path) => !reached.has(path) && path !== "404.html" && !old(path));
  expect(lost).toEqual([]);
});

test("nothing in a page needs more than the CSP allows", async () => {
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; connect-src 'self'; FRAMESbase-uri 'none'; form-action 'self'";
  // The one page with a frame allows the origin of that frame, and no other page does.
  const frames = { "gallery/pictures/index.html": "frame-src https://example.com; " };
  await everyPage((page) => {
    const own = policy.replace("FRAMES", frames[page.path] ?? "");
    const strict = page.text.includes(`<meta http-equiv="Content-Security-Policy" content="${own}">`);
    return [...page.refused, ...(strict ? [] : ["the policy is missing or differs"])];
  });
});

test("the HTML is valid", async () => {
  const validator = new HtmlValidate(new StaticConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
    elements: ["html5"],
    rules: {
      // A policy in a meta element with 'self' needs no integrity or nonce.
      "require-sri": "off",
      "require-csp-nonce": "off",
      // The standard allows both spellings.
      "doctype-style": "off",
      "long-title": "off",
    },
  }));
  await everyPage(async (page) => {
    const { results } = await validator.validateString(page.text, page.path);
    return results.flatMap(({ messages }) => messages.map(({ line, column, ruleId, message }) => `${line}:${column}: ${ruleId}: ${message}`));
  });
});

test("pages, scripts and styles keep within their budgets", async () => {
  const packed = (text) => gzipSync(text).length;
  await everyPage((page) => {
    const size = packed(page.text);
    return size > 30 * 1024 ? [`${size} bytes, gzip`] : [];
  });
  const sizes = {};
  for (const name of await readdir(join(site.folder, "assets"))) {
    sizes[name.replace(/-[0-9a-f]+\./, ".")] = packed(await readFile(join(site.folder, "assets", name)));
  }
  expect(sizes["portal.css"]).toBeLessThan(20 * 1024);
  expect(sizes["portal.js"] + sizes["theme.js"]).toBeLessThan(30 * 1024);
  expect(sizes["palette.js"]).toBeLessThan(25 * 1024);
  expect(sizes["tables.js"]).toBeLessThan(10 * 1024);
});

test("no file is empty, and names are lower-case", async () => {
  const findings = [];
  for (const name of await readdir(site.folder, { recursive: true })) {
    const found = await stat(join(site.folder, name));
    if (found.isFile() && !found.size) findings.push(`empty: ${name}`);
    if (name.endsWith(".html") && !name.startsWith("docs/") && name !== name.toLowerCase()) findings.push(`upper case: ${name}`);
  }
  expect(findings).toEqual([]);
});
