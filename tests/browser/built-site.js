// Reads the files of a built portal as a browser would see them, without one.
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "parse5";

/** Stands for whatever host the portal is put on. */
const HOST = "http://portal.invalid";

const ADDRESSES = new Set(["href", "src", "poster", "data-root", "data-palette", "data-tables", "data-index", "data-icons"]);

/** Reads every page below the folder: path, text, ids, links and what a strict CSP would refuse. */
export async function readSite(folder) {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => name.endsWith(".html")).sort();
  const pages = new Map();
  for (const path of paths) pages.set(path, readPage(path, await readFile(join(folder, path), "utf8")));
  return { folder, pages };
}

function readPage(path, text) {
  const page = { path, text, ids: new Set(), links: [], refused: [] };
  visit(parse(text), page);
  return page;
}

function visit(node, page) {
  const attributes = new Map((node.attrs ?? []).map(({ name, prefix, value }) => [prefix ? `${prefix}:${name}` : name, value]));
  if (node.nodeName === "style") page.refused.push("<style>");
  if (node.nodeName === "script" && !attributes.has("src")) page.refused.push("<script> without src");
  for (const [name, value] of attributes) {
    if (name === "id") page.ids.add(value);
    if (name === "style" || name.startsWith("on")) page.refused.push(`${name}="${value}" on <${node.nodeName}>`);
    if (ADDRESSES.has(name) || name === "xlink:href") page.links.push(value);
    if (name === "srcset") page.links.push(...value.split(",").map((part) => part.trim().split(/\s+/)[0]));
  }
  for (const child of [...(node.childNodes ?? []), ...(node.content?.childNodes ?? [])]) visit(child, page);
}

/**
 * Says where a link of a page leads: `{ file, fragment }` inside the portal, `null` outside of it, or `{ problem }`.
 * The page for missing addresses is served at any depth, so it alone has absolute links, below its `data-root`.
 */
export function follow(page, link) {
  if (/^(https?:|mailto:|tel:|data:)/i.test(link)) return null;
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return { problem: `scheme not for a link: ${link}` };
  const anywhere = page.path === "404.html";
  if (link.startsWith("/") && !anywhere) return { problem: `absolute path: ${link}` };
  if (anywhere && !link.startsWith("/") && !link.startsWith("#")) return { problem: `relative path on the page served anywhere: ${link}` };
  const base = anywhere ? baseOf(page) : "/";
  const url = new URL(link, `${HOST}/${page.path}`);
  const inside = link.startsWith("/") ? url.pathname.slice(base.length) : url.pathname.slice(1);
  const file = decodeURIComponent(inside);
  return { file: file === "" || file.endsWith("/") ? `${file}index.html` : file, fragment: decodeURIComponent(url.hash.slice(1)) };
}

function baseOf(page) {
  return page.text.match(/ data-root="([^"]*)"/)[1];
}

/** Ids of a page or of an SVG, `null` when there is no such file. */
export async function idsOf(site, file) {
  const page = site.pages.get(file);
  if (page) return page.ids;
  const found = await stat(join(site.folder, file)).catch(() => null);
  if (!found?.isFile()) return null;
  if (!file.endsWith(".svg")) return new Set();
  const text = await readFile(join(site.folder, file), "utf8");
  return new Set([...text.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
}
