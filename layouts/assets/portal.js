// Router, copy buttons, times, keyboard and phone menu; every page is complete without it.
(() => {
  "use strict";
  const html = document.documentElement;
  const { h, icon, iconUrl, store, sideTools, showSide } = window.callboard;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  function rootUrl() {
    return new URL(document.body.dataset.root, document.baseURI);
  }

  const live = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });

  function announce(text) {
    live.textContent = "";
    // A change in a later task is what screen readers notice.
    setTimeout(() => { live.textContent = text; }, 50);
  }

  /* ---- router ---- */

  const canSwap = location.protocol !== "file:" && "DOMParser" in window;
  const sheetsOf = (page, base) => $$("link[rel=stylesheet]", page).map((link) => new URL(link.getAttribute("href"), base).href).join(" ");
  const sheets = sheetsOf(document, document.baseURI);
  const POLICY = "meta[http-equiv=Content-Security-Policy]";
  const policy = $(POLICY)?.content;
  const places = readPlaces();
  let entry = history.state?.entry ?? newEntry();
  let shownPath = location.pathname;
  let current = null;
  let ahead = null;

  function newEntry() {
    return Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
  }

  function readPlaces() {
    try { return JSON.parse(sessionStorage.getItem("callboard.places")) || {}; } catch { return {}; }
  }

  function savePlaces() {
    places[entry] = Math.round(scrollY);
    try { sessionStorage.setItem("callboard.places", JSON.stringify(places)); } catch { /* Scroll is then not restored. */ }
  }

  /** True for addresses of pages of this portal, judged by form: a folder or an .html file below the root. */
  function isPage(url) {
    const file = url.pathname.split("/").pop();
    return url.origin === location.origin && url.pathname.startsWith(rootUrl().pathname)
      && (!file.includes(".") || file.endsWith(".html"));
  }

  function linkUrl(link) {
    if (!link || link.hasAttribute("download") || link.hasAttribute("data-no-swap")) return null;
    const target = link.getAttribute("target");
    if (target && target !== "_self") return null;
    try {
      const url = new URL(link.getAttribute("href"), document.baseURI);
      return isPage(url) ? url : null;
    } catch {
      return null;
    }
  }

  async function fetchPage(url, signal) {
    const response = await fetch(url.href.split("#")[0], { signal, headers: { accept: "text/html" } });
    if (!response.ok || !response.headers.get("content-type")?.includes("html")) throw new Error("not a page");
    const final = new URL(response.url);
    final.hash = url.hash;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const ours = $('meta[name="generator"][content="Callboard"]', page) && $("#page", page) && isPage(final);
    // Another style sheet means the portal was published anew: only a full load brings the new scripts.
    if (!ours || sheetsOf(page, final) !== sheets) throw new Error("not a page of this build");
    // A policy holds for as long as the document lives, so a page with another one needs a document of its own.
    if ($(POLICY, page)?.content !== policy) throw new Error("not a page of this policy");
    return { page, url: final };
  }

  function takeAhead(url) {
    const found = ahead?.href === url.href.split("#")[0] ? ahead : null;
    if (!found) ahead?.controller.abort();
    ahead = null;
    return found;
  }

  /** Shows another page. Whatever goes wrong, the browser loads the address in its own way. */
  async function visit(address, mode = "push") {
    const url = new URL(address, document.baseURI);
    if (!canSwap || !isPage(url)) return void location.assign(url);
    current?.abort();
    const early = takeAhead(url);
    const controller = (current = early?.controller ?? new AbortController());
    const slow = setTimeout(() => { html.dataset.loading = ""; }, 200);
    try {
      const next = await (early?.promise ?? fetchPage(url, controller.signal));
      if (controller.signal.aborted) return;
      next.url.hash = url.hash;
      swap(next, mode);
    } catch {
      if (controller.signal.aborted) return;
      if (mode === "pop") location.reload();
      else location.assign(url);
    } finally {
      clearTimeout(slow);
      if (current === controller) delete html.dataset.loading;
    }
  }

  function swap({ page, url }, mode) {
    if (mode === "pop") {
      entry = history.state?.entry ?? newEntry();
    } else {
      places[entry] = Math.round(scrollY);
      entry = newEntry();
      // The address changes first, so that relative links of the new content resolve against it.
      history[mode === "push" ? "pushState" : "replaceState"]({ entry }, "", url);
    }
    shownPath = location.pathname;
    for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value);
    for (const part of [".side-top", ".nav", "#page"]) $(part).replaceWith(document.adoptNode($(part, page)));
    document.title = page.title;
    showPage();
    settle(mode, url.hash);
    announce(document.title);
  }

  function settle(mode, hash) {
    const target = mode !== "pop" && fragment(hash);
    const heading = target || $("h1");
    if (heading && !heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading?.focus({ preventScroll: true });
    if (target) target.scrollIntoView();
    else scrollTo(0, mode === "pop" ? places[entry] ?? 0 : 0);
  }

  function fragment(hash) {
    if (hash.length < 2) return null;
    try { return document.getElementById(decodeURIComponent(hash.slice(1))); } catch { return null; }
  }

  function onPop(event) {
    if (location.pathname !== shownPath) return void visit(location.href, "pop");
    current?.abort();
    places[entry] = Math.round(scrollY);
    if (event.state?.entry) {
      entry = event.state.entry;
      scrollTo(0, places[entry] ?? 0);
    } else {
      // A fragment link made this entry; the browser has scrolled already.
      entry = newEntry();
      history.replaceState({ entry }, "");
    }
  }

  function onLinkClick(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = linkUrl(event.target.closest("a[href]"));
    if (!url) return;
    const here = url.pathname === location.pathname && url.search === location.search;
    if (here && url.hash) return;
    event.preventDefault();
    visit(url, here ? "replace" : "push");
  }

  let hoverTimer = 0;

  /** Fetches the page under the pointer after a moment of rest, one at a time. */
  function onIntent(event) {
    clearTimeout(hoverTimer);
    const url = linkUrl(event.target.closest?.("a[href]"));
    if (!url || url.pathname === location.pathname || navigator.connection?.saveData) return;
    hoverTimer = setTimeout(() => {
      const href = url.href.split("#")[0];
      if (ahead?.href === href) return;
      ahead?.controller.abort();
      const controller = new AbortController();
      const promise = fetchPage(url, controller.signal);
      // A failure is told again when the page is really asked for.
      promise.catch(() => { if (ahead?.href === href) ahead = null; });
      ahead = { href, controller, promise };
    }, 65);
  }

  function startRouter() {
    if (!canSwap) return;
    // The browser looks for this picture again whenever the address changes, so it must not depend on it.
    const picture = $("link[rel=icon]");
    picture.href = picture.href;
    history.scrollRestoration = "manual";
    if (history.state?.entry && places[entry]) scrollTo(0, places[entry]);
    history.replaceState({ entry }, "");
    document.addEventListener("click", onLinkClick);
    document.addEventListener("pointerover", onIntent);
    document.addEventListener("focusin", onIntent);
    addEventListener("popstate", onPop);
    addEventListener("pagehide", savePlaces);
  }

  /* ---- tables, loaded when a page has one that can be sorted ---- */

  let tables = null;

  function enhanceTables() {
    // Layouts of a site may be older than this script.
    if (!$("[data-sortable]") || !document.body.dataset.tables) return void showTables();
    tables ??= new Promise((resolve) => {
      const script = h("script", { src: new URL(document.body.dataset.tables, document.baseURI).pathname });
      script.addEventListener("load", () => resolve(window.callboard.enhanceTables));
      // Without the script a table is complete; the next page asks for it again.
      script.addEventListener("error", () => { tables = null; showTables(); });
      document.head.append(script);
    });
    tables.then((enhance) => enhance(canSwap ? rememberFilter : () => {}));
  }

  /** Takes back the room that is kept for what the script adds. */
  function showTables() {
    for (const wrap of $$(".table-wrap")) wrap.dataset.ready = "";
  }

  /** The filter lives in the query string, so that a view can be shared and Back brings it again. */
  function rememberFilter(name, text) {
    const url = new URL(location.href);
    if (text) url.searchParams.set(name, text);
    else url.searchParams.delete(name);
    history.replaceState({ entry }, "", url);
  }

  /* ---- times and frames of widgets ---- */

  const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const inWords = new Intl.RelativeTimeFormat(html.lang || "en", { numeric: "auto" });

  /** Says how long ago it was; the exact time stays in the tooltip. */
  function relateTimes() {
    for (const time of $$("time[data-relative]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      if (Number.isNaN(seconds)) continue;
      const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
      // The first look has the exact words; a second one would keep the words of the first.
      time.title ||= time.textContent;
      time.textContent = inWords.format(Math.round(seconds / size), unit);
    }
  }

  function showFrame(button) {
    const place = button.closest("[data-frame]");
    const { frame: src, title, height } = place.dataset;
    const view = h("iframe", {
      class: "frame-view", src, title, "data-height": height, referrerpolicy: "no-referrer",
      sandbox: "allow-scripts allow-same-origin allow-forms allow-popups", tabindex: "0",
    });
    place.replaceWith(view);
    view.focus();
  }

  /* ---- copying ---- */

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages not served over HTTPS have no clipboard object.
      const area = h("textarea", { class: "visually-hidden" }, text);
      const focused = document.activeElement;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      focused?.focus({ preventScroll: true });
    }
  }

  async function copyFrom(button) {
    const text = button.dataset.copy ?? $("pre", button.parentElement).textContent;
    await copyText(text.replace(/\n$/, ""));
    const use = $("use", button);
    const before = use.getAttribute("href");
    button.dataset.done = "";
    use.setAttribute("href", iconUrl("check"));
    announce("Copied");
    setTimeout(() => {
      delete button.dataset.done;
      use.setAttribute("href", before);
    }, 1500);
  }

  function addCopyButtons() {
    for (const block of $$(".code")) {
      block.append(h("button", { class: "copy", type: "button", "aria-label": "Copy code", "data-copy-code": true }, icon("copy")));
    }
  }

  /* ---- phone menu ---- */

  function showMenu(open) {
    $("#page").inert = open;
    $(".menu-open").setAttribute("role", "button");
    $(".menu-open").setAttribute("aria-expanded", open);
    $(".menu-open use").setAttribute("href", iconUrl(open ? "close" : "menu"));
  }

  function closeMenu() {
    const open = "menu" in html.dataset;
    delete html.dataset.menu;
    showMenu(false);
    return open;
  }

  function toggleMenu() {
    if (closeMenu()) return void $(".menu-open").focus();
    html.dataset.menu = "";
    showMenu(true);
    ($(".nav [aria-current]") ?? $(".nav a"))?.focus();
  }

  /* ---- palette and help, loaded when first asked for ---- */

  let overlays = null;

  function loadOverlays() {
    overlays ??= new Promise((resolve, reject) => {
      const script = h("script", { src: new URL(document.body.dataset.palette, document.baseURI).pathname });
      script.addEventListener("load", () => resolve(window.callboard.overlays));
      script.addEventListener("error", () => { overlays = null; reject(new Error("palette missing")); });
      document.head.append(script);
    });
    return overlays;
  }

  async function overlay(name, ...data) {
    try {
      (await loadOverlays())[name](...data);
    } catch {
      announce("Search could not be loaded");
    }
  }

  /* ---- keyboard ---- */

  const goTo = { h: "", c: "catalog/", d: "docs/", a: "api-docs/" };
  let going = 0;

  function stepTab(step) {
    const tabs = $$(".tabs a");
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-current") === "page");
    tabs[at + step]?.click();
  }

  function go(key) {
    const path = goTo[key];
    if (path === undefined) return;
    const url = new URL(path, rootUrl());
    // Only what the sidebar offers exists in this portal.
    if ($$(".nav a, .brand").some((link) => link.pathname === url.pathname)) visit(url);
  }

  function onSingleKey(event) {
    const { key } = event;
    if (Date.now() < going) {
      going = 0;
      return void go(key);
    }
    if (key === "g") going = Date.now() + 1200;
    else if (key === "[") stepTab(-1);
    else if (key === "]") stepTab(1);
    else if (key === "?") overlay("help");
    else if (key === "/") {
      event.preventDefault();
      overlay("open", "");
    }
  }

  function onKey(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return void overlay("open", "");
    }
    if (event.key === "Escape") return onEscape();
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]") || $("dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || store.get("keys") === "off") return;
    onSingleKey(event);
  }

  const MENUS = ".tab-group[open], .menu[open]";

  function onEscape() {
    const open = $(MENUS);
    if (open) {
      open.open = false;
      $("summary", open).focus();
    } else if (closeMenu()) {
      $(".menu-open").focus();
    }
  }

  function onClick(event) {
    const { target } = event;
    for (const menu of $$(MENUS)) if (!menu.contains(target)) menu.open = false;
    const copy = target.closest("[data-copy], [data-copy-code]");
    const frame = target.closest("[data-load-frame]");
    if (copy) copyFrom(copy);
    else if (frame) showFrame(frame);
    else if (target.closest("[data-action=search]")) overlay("open", "");
    else if (target.closest(".menu-open")) {
      event.preventDefault();
      toggleMenu();
    }
  }

  /* ---- what every newly shown page needs ---- */

  const wide = matchMedia("(min-width: 1101px)");

  /** Keeps the folding lists beside a document truthful about being open where they cannot be folded. */
  function fitLists() {
    for (const list of $$("[data-wide-open]")) {
      list.open = wide.matches;
      $("summary", list).tabIndex = wide.matches ? -1 : 0;
    }
  }

  function followOutline() {
    const links = new Map($$(".outline a").map((link) => [fragment(link.hash), link]));
    links.delete(null);
    if (!links.size) return;
    const mark = () => {
      let now = null;
      for (const [heading, link] of links) if (!now || heading.getBoundingClientRect().top < 120) now = link;
      for (const link of links.values()) link.toggleAttribute("aria-current", false);
      now.setAttribute("aria-current", "true");
    };
    // Headings crossing the upper edge are the only moments at which the mark can move.
    const watch = new IntersectionObserver(mark, { rootMargin: "-100px 0px -60% 0px", threshold: [0, 1] });
    for (const heading of links.keys()) watch.observe(heading);
  }

  /** Large graphs scroll; the first look is at the node the page is about. */
  function centreGraphs() {
    for (const canvas of $$(".graph-canvas")) {
      const node = $("[data-root]", canvas);
      if (!node) continue;
      const [box, frame] = [node.getBoundingClientRect(), canvas.getBoundingClientRect()];
      canvas.scrollTo(box.x - frame.x - (frame.width - box.width) / 2, box.y - frame.y - (frame.height - box.height) / 2);
    }
  }

  function rememberVisit() {
    const { kind } = document.body.dataset;
    if (!["entity", "docs", "plugin", "content"].includes(kind)) return;
    const root = rootUrl().pathname;
    const path = location.pathname.slice(root.length);
    const title = $("h1").textContent.trim();
    const label = kind === "entity" ? $(".tile")?.dataset.kind : kind === "docs" ? "docs" : "file";
    const others = store.list(`recent:${root}`).filter((item) => item.p !== path);
    store.set(`recent:${root}`, JSON.stringify([{ t: title, p: path, k: label }, ...others].slice(0, 8)));
  }

  /** Markdown's task lists have boxes without names. */
  function nameTasks() {
    for (const box of $$(".prose input[type=checkbox]:not([aria-label])")) box.setAttribute("aria-label", box.checked ? "Done" : "To do");
  }

  function startFinder() {
    const form = $("#finder");
    if (!form) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      overlay("open", $("input", form).value);
    });
    overlay("forward", form.dataset.redirects);
    overlay("nearest", location.pathname, $("#nearest"));
  }

  function showPage() {
    closeMenu();
    showSide();
    fitLists();
    enhanceTables();
    relateTimes();
    addCopyButtons();
    nameTasks();
    centreGraphs();
    followOutline();
    rememberVisit();
    startFinder();
  }

  document.body.append(live);
  Object.assign(window.callboard, { visit, rootUrl });
  $("#side-tools").append(...sideTools(() => overlay("help")));
  showPage();
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  wide.addEventListener("change", fitLists);
  startRouter();
})();
