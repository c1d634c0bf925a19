// Serves a built portal as any plain file server does: no rewrite rules, and the same files under a second address.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** Where the same folder is served a second time, to show that a portal works below any path. */
export const BASE = "/portal/base/";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
};

/** Starts on a free port of the loopback interface; resolves to the address and a function that stops it. */
export async function serveSite(folder) {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch((error) => {
      response.writeHead(500, { "content-type": "text/plain" });
      response.end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${server.address().port}`, stop };
}

async function answer(folder, request, response) {
  const url = new URL(request.url, "http://localhost");
  const path = decodeURIComponent(url.pathname);
  const inside = path.startsWith(BASE) ? path.slice(BASE.length - 1) : path;
  const file = join(folder, normalize(inside));
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory() && !path.endsWith("/")) {
    response.writeHead(301, { location: `${url.pathname}/${url.search}` });
    return void response.end();
  }
  const wanted = found?.isDirectory() ? join(file, "index.html") : file;
  const there = await stat(wanted).catch(() => null);
  if (there?.isFile()) return send(response, 200, wanted);
  return send(response, 404, join(folder, "404.html"));
}

function send(response, status, file) {
  response.writeHead(status, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "cache-control": "no-cache",
  });
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}
