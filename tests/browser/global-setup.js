// Checks that there is a portal to test, serves it, and tells the workers its address.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { serveSite } from "./site-server.js";

export default async function setUp() {
  const folder = process.env.SITE_DIR;
  if (!folder || !existsSync(join(folder, "index.html"))) {
    throw new Error("SITE_DIR must name the folder of a built portal, the one with index.html");
  }
  const { address, stop } = await serveSite(folder);
  process.env.PORTAL_ADDRESS = address;
  return stop;
}
