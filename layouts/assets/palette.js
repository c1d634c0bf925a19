// The search palette, the help dialog and the nearest names of the 404 page; loaded when first asked for.
(() => {
  "use strict";
  const { h, icon, store, visit, rootUrl } = window.callboard;
  const LIMIT = 60;

  /* ---- index ---- */

  let loading = null;

  async function fetchJson(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} for ${url}`);
    return response.json();
  }

  /** Words a match may begin at: after a separator or where the case changes. */
  function words(text) {
    return text.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function readPart(part) {
    const { k, s, n, t, y, o } = part.rows;
    return n.map((name, at) => {
      const kind = part.kinds[k[at]];
      const namespace = part.namespaces[s[at]];
      const low = name.toLowerCase();
      return {
        group: "Catalog", name: low, title: t[at] || name, kind, namespace,
        type: part.types[y[at]] ?? "", owner: part.owners[o[at]] ?? "",
        path: `catalog/${namespace}/${kind}/${low}/`.toLowerCase(), start: (t[at] || low).toLowerCase(),
        text: t[at] ? `${low} ${t[at].toLowerCase()}` : low,
        words: words(t[at] ? `${name} ${t[at]}` : name),
      };
    });
  }

  function readPage(page) {
    const docs = page.k === "Docs";
    return {
      group: docs ? "Docs" : "Pages", name: page.t.toLowerCase(), title: page.t, kind: page.k.toLowerCase(), label: page.k,
      namespace: "", type: "", owner: "", path: page.p, start: page.t.toLowerCase(), text: page.t.toLowerCase(), words: words(page.t),
    };
  }

  /** A row that a plugin adds: number of its type, title, text, address. */
  function readRow([number, title, text, path], types) {
    const type = types[number];
    const low = title.toLowerCase();
    return {
      group: type.t, name: low, title, kind: type.t.toLowerCase(), label: type.t, shape: type.i, meta: text,
      namespace: "", type: "", owner: "", path, start: low, text: `${low} ${text.toLowerCase()}`, words: words(`${title} ${text}`),
    };
  }

  /** Loads the index once; after a failure the next use tries again. */
  function load() {
    loading ??= readIndex().catch((error) => { loading = null; throw error; });
    return loading;
  }

  async function readIndex() {
    const root = rootUrl();
    const index = await fetchJson(new URL(document.body.dataset.index, document.baseURI));
    const all = (paths) => Promise.all((paths ?? []).map((path) => fetchJson(new URL(path, root))));
    const [parts, rows] = await Promise.all([all(index.parts), all(index.rows)]);
    const added = rows.flat().map((row) => readRow(row, index.types));
    return { entities: parts.flatMap(readPart), pages: [...index.pages.map(readPage), ...added], kinds: new Set(parts.flatMap((part) => part.kinds)) };
  }

  /* ---- query ---- */

  const FILTERS = { kind: "kind", type: "type", owner: "owner", namespace: "namespace", ns: "namespace", is: "kind" };

  /** Splits `kind:api owner:payments ledger` into filters and plain terms; full references work too. */
  function parse(text, kinds) {
    const query = { filters: [], terms: [] };
    for (const raw of text.toLowerCase().split(/\s+/).filter(Boolean)) {
      const [, key, value] = raw.match(/^([a-z]+):(.*)$/) ?? [];
      if (key in FILTERS) {
        if (value) query.filters.push([FILTERS[key], value]);
      } else if (key && kinds.has(key)) {
        query.filters.push(["kind", key]);
        const name = value.slice(value.lastIndexOf("/") + 1);
        if (name) query.terms.push(name);
      } else {
        query.terms.push(raw);
      }
    }
    return query;
  }

  function passes(item, filters) {
    return filters.every(([field, value]) => item[field].includes(value));
  }

  /** Rank of one term: exact name, start of it, start of a word, anywhere, none. */
  function rank(item, term) {
    if (!item.text.includes(term)) return 0;
    if (item.name === term) return 100;
    if (item.name.startsWith(term)) return 80 - Math.min(item.name.length - term.length, 15);
    if (item.start.startsWith(term)) return 62;
    return item.words.some((word) => word.startsWith(term)) ? 50 : 30;
  }

  /** True when at most one letter is missing, extra, wrong or swapped between the two. */
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let at = 0;
    while (at < a.length && a[at] === b[at]) at++;
    const [x, y] = [a.slice(at), b.slice(at)];
    return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1)
      || (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
  }

  function nearRank(item, term) {
    if (term.length < 4) return 0;
    if (near(item.name, term)) return 25;
    return item.words.some((word) => near(word, term) || near(word.slice(0, term.length), term)) ? 15 : 0;
  }

  function score(item, terms, ranker) {
    let sum = 0;
    for (const term of terms) {
      const value = ranker(item, term);
      if (!value) return 0;
      sum += value;
    }
    return sum || 1;
  }

  /** Matches grouped by score; sorting them all would cost more than finding them. */
  function collect(items, query, ranker) {
    const buckets = new Map();
    let total = 0;
    for (const item of items) {
      if (query.filters.length && !passes(item, query.filters)) continue;
      const value = score(item, query.terms, ranker);
      if (!value) continue;
      total++;
      const bucket = buckets.get(value);
      if (bucket) bucket.push(item);
      else buckets.set(value, [item]);
    }
    return { buckets, total };
  }

  /** The best matches in order; among equals the shortest title first. */
  function best({ buckets }, limit) {
    const found = [];
    for (const value of [...buckets.keys()].sort((a, b) => b - a)) {
      if (found.length >= limit) break;
      const bucket = buckets.get(value).sort((a, b) => a.title.length - b.title.length || (a.title < b.title ? -1 : 1));
      found.push(...bucket.slice(0, limit - found.length).map((item) => ({ item, value })));
    }
    return found;
  }

  function find({ entities, pages, kinds }, text) {
    const query = parse(text, kinds);
    const search = (ranker) => [collect(entities, query, ranker), collect(pages, query, ranker)];
    let [inCatalog, inPages] = search(rank);
    // Typing mistakes are only guessed at when nothing fits as typed.
    if (!inCatalog.total && !inPages.total) [inCatalog, inPages] = search((item, term) => rank(item, term) || nearRank(item, term));
    // Some room is kept for pages and documents, which a large catalog would push out.
    const others = best(inPages, 15);
    const found = [...best(inCatalog, LIMIT - others.length), ...others].sort((a, b) => b.value - a.value);
    return { total: inCatalog.total + inPages.total, terms: query.terms, found };
  }

  /* ---- palette ---- */

  let view = null;

  function build() {
    const input = h("input", {
      type: "text", role: "combobox", "aria-label": "Search", "aria-expanded": "false", "aria-controls": "palette-list", "aria-autocomplete": "list",
      placeholder: "Search, or try kind:api owner:payments", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
    });
    const list = h("div", { class: "palette-list", id: "palette-list", role: "listbox", "aria-label": "Results" });
    const empty = h("div", { class: "palette-empty", hidden: true });
    const status = h("span", { role: "status" });
    const close = h("button", { class: "dialog-close", type: "button", "aria-label": "Close" }, icon("close"));
    const dialog = h("dialog", { class: "palette", "aria-label": "Search" },
      h("div", { class: "palette-top" }, icon("search"), input, close), list, empty,
      h("div", { class: "palette-foot" }, keyHint("Move", "↑", "↓"), keyHint("Open", "Enter"), status));
    view = { dialog, input, list, empty, status, options: [], at: -1 };
    input.addEventListener("input", update);
    input.addEventListener("keydown", onKey);
    close.addEventListener("click", () => dialog.close());
    list.addEventListener("click", onPick);
    list.addEventListener("pointermove", onPoint);
    closeOnBackdrop(dialog);
    document.body.append(dialog);
  }

  function keyHint(label, ...keys) {
    return h("span", { class: "palette-keys" }, ...keys.flatMap((key) => [h("kbd", {}, key), " "]), label);
  }

  function closeOnBackdrop(dialog) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  /** The text with the first place of each term marked. */
  function marked(text, terms) {
    const low = text.toLowerCase();
    const spans = terms.map((term) => [low.indexOf(term), term.length]).filter(([at]) => at >= 0).sort(([a], [b]) => a - b);
    const nodes = [];
    let done = 0;
    for (const [at, length] of spans) {
      if (at < done) continue;
      nodes.push(text.slice(done, at), h("mark", {}, text.slice(at, at + length)));
      done = at + length;
    }
    return [...nodes, text.slice(done)];
  }

  function details(item) {
    const owner = item.owner.slice(item.owner.lastIndexOf("/") + 1);
    const name = item.title.toLowerCase() === item.name ? "" : item.name;
    return [item.group === "Catalog" ? name : "", item.type, owner && `owned by ${owner}`, item.namespace !== "default" && item.namespace].filter(Boolean).join(" · ");
  }

  const SHAPES = new Set(["service", "website", "library", "database", "queue", "documentation"]);

  function shape(item) {
    if (item.group === "Docs" || item.type === "documentation") return "docs";
    if (item.group === "Pages") return "file";
    return SHAPES.has(item.type) ? item.type : item.kind;
  }

  function option(item, terms, id) {
    const kind = item.shape ?? shape(item);
    const meta = item.meta ?? details(item);
    const text = h("span", { class: "palette-text" }, ...marked(item.title, terms));
    if (meta) text.append(h("span", { class: "palette-meta" }, ...marked(meta, terms)));
    return h("div", { class: "palette-item", role: "option", id: `palette-${id}`, "aria-selected": "false", "data-path": item.path },
      h("span", { class: "tile", "data-kind": kind }, icon(kind)), text, h("span", { class: "palette-kind" }, item.label ?? item.kind));
  }

  /** Draws results in groups, the group with the best result first. */
  function draw(items, terms) {
    const groups = new Map();
    for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    view.options = [];
    const boxes = [...groups].map(([name, members], at) => {
      const label = h("div", { class: "palette-group", id: `palette-group-${at}`, role: "presentation" }, name);
      const options = members.map((item, place) => option(item, terms, view.options.length + place));
      view.options.push(...options);
      return h("div", { role: "group", "aria-labelledby": label.id }, label, ...options);
    });
    view.list.replaceChildren(...boxes);
    view.list.scrollTop = 0;
    view.list.hidden = !items.length;
    view.input.setAttribute("aria-expanded", items.length > 0);
    view.at = -1;
    select(items.length ? 0 : -1);
  }

  function select(at) {
    view.options[view.at]?.setAttribute("aria-selected", "false");
    view.at = at;
    const option = view.options[at];
    if (!option) return void view.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    view.input.setAttribute("aria-activedescendant", option.id);
  }

  function recent() {
    return store.list(`recent:${rootUrl().pathname}`)
      .filter((item) => typeof item.t === "string" && typeof item.p === "string")
      .map((item) => ({ group: "Recent", title: item.t, path: item.p, kind: "", shape: item.k || "file", meta: item.p }));
  }

  function message(...nodes) {
    view.empty.hidden = !nodes.length;
    view.empty.replaceChildren(...nodes);
  }

  async function update() {
    const text = view.input.value.trim();
    if (!text) return drawRecent();
    let index;
    try {
      index = await load();
    } catch {
      draw([], []);
      return message("The search index could not be loaded. Check the connection and type again.");
    }
    // A later key may have been pressed while the index was on its way.
    if (text !== view.input.value.trim()) return;
    const { total, terms, found } = find(index, text);
    draw(found.map(({ item }) => item), terms);
    view.status.textContent = total > LIMIT ? `${LIMIT} of ${total} results` : total === 1 ? "1 result" : `${total} results`;
    if (total) message();
    else message("Nothing is called ", h("strong", {}, text), ". Try fewer letters, or a filter such as kind:system.");
  }

  function drawRecent() {
    const items = recent();
    draw(items, []);
    view.status.textContent = "";
    if (items.length) message();
    else message("Type the name of a service, an API, a team or a document.");
  }

  function onKey(event) {
    const last = view.options.length - 1;
    const moves = { ArrowDown: view.at < last ? view.at + 1 : 0, ArrowUp: view.at > 0 ? view.at - 1 : last, PageDown: Math.min(view.at + 8, last), PageUp: Math.max(view.at - 8, 0) };
    if (event.key in moves && last >= 0) {
      event.preventDefault();
      select(moves[event.key]);
      view.options[view.at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      openOption(view.options[view.at], event);
    }
  }

  function onPick(event) {
    openOption(event.target.closest("[role=option]"), event);
  }

  function onPoint(event) {
    const at = view.options.indexOf(event.target.closest("[role=option]"));
    if (at >= 0 && at !== view.at) select(at);
  }

  function openOption(chosen, event) {
    if (!chosen) return;
    const url = new URL(chosen.dataset.path, rootUrl());
    if (event.ctrlKey || event.metaKey) return void window.open(url, "_blank", "noopener");
    view.dialog.close();
    visit(url);
  }

  function open(text) {
    if (!view) build();
    if (!view.dialog.open) view.dialog.showModal();
    view.input.value = text;
    view.input.focus();
    view.input.select();
    update();
    load().catch(() => { /* Told when a search needs it. */ });
  }

  /* ---- help ---- */

  const KEYS = [
    ["Search", "/"], ["Search, also while typing", "Ctrl K"], ["Home", "g h"], ["Catalog", "g c"], ["Docs", "g d"], ["APIs", "g a"],
    ["Previous tab", "["], ["Next tab", "]"], ["This help", "?"], ["Close", "Esc"],
  ];

  function help() {
    const close = h("button", { class: "dialog-close", type: "button", "aria-label": "Close" }, icon("close"));
    const toggle = h("input", { type: "checkbox" });
    toggle.checked = store.get("keys") !== "off";
    toggle.addEventListener("change", () => store.set("keys", toggle.checked ? null : "off"));
    const rows = KEYS.flatMap(([label, keys]) => [h("dt", {}, label), h("dd", {}, ...keys.split(" ").map((key) => h("kbd", {}, key)))]);
    const dialog = h("dialog", { class: "help", "aria-labelledby": "help-title" },
      h("header", {}, h("h2", { id: "help-title" }, "Keyboard shortcuts"), close), h("dl", {}, ...rows),
      h("label", {}, toggle, "Single-key shortcuts are on"));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    closeOnBackdrop(dialog);
    document.body.append(dialog);
    dialog.showModal();
  }

  /* ---- nearest names, for addresses that do not exist ---- */

  /** Letter pairs shared by two words, between 0 and 1: forgiving of order and length. */
  function likeness(a, b) {
    const pairs = (text) => new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, at) => text.slice(at, at + 2)));
    const [x, y] = [pairs(a), pairs(b)];
    let shared = 0;
    for (const pair of x) shared += y.has(pair);
    return x.size + y.size ? (2 * shared) / (x.size + y.size) : 0;
  }

  async function nearest(pathname, section) {
    const steps = decodeURI(pathname).toLowerCase().slice(rootUrl().pathname.length).split("/").filter((step) => step && step !== "index.html");
    // The name is the fourth step of an entity's address, else the last one.
    const wanted = steps[0] === "catalog" && steps.length > 3 ? steps[3] : steps.at(-1);
    if (!wanted) return;
    const { entities, pages } = await load();
    const likely = [...entities, ...pages].map((item) => ({ item, value: Math.max(likeness(wanted, item.name), item.path === pathname ? 1 : 0) + (steps.includes(item.kind) ? 0.1 : 0) }))
      .filter(({ value }) => value > 0.45).sort((a, b) => b.value - a.value).slice(0, 6);
    const links = likely.map(({ item }) => h("li", {}, h("a", { class: "link", href: new URL(item.path, rootUrl()).pathname },
      icon(shape(item)), h("span", { class: "link-text" }, item.title), h("span", { class: "link-meta" }, item.label ?? item.kind))));
    section.querySelector("ul").replaceChildren(...links);
    section.hidden = !links.length;
  }

  /* ---- old addresses, for the 404 page ---- */

  function steps(path) {
    return path.split("/").filter(Boolean);
  }

  function plain(step) {
    try { return decodeURIComponent(step).toLowerCase(); } catch { return step.toLowerCase(); }
  }

  /** Returns the longest old address that a path is or lies below; case does not matter. */
  function oldAddress(rows, path) {
    const here = steps(path).map(plain);
    let best = null;
    for (const [from, to] of rows) {
      const old = steps(from).map(plain);
      if (!old.length || old.length > here.length || old.length <= (best?.length ?? 0)) continue;
      if (old.every((step, at) => step === here[at])) best = { length: old.length, to };
    }
    return best;
  }

  /** Returns where a path leads by the list of old addresses: what lies below one moves with it. */
  function movedTo(rows, path, root) {
    const old = oldAddress(rows, path);
    if (!old) return null;
    const target = new URL(old.to, root);
    const rest = path.split("/").slice(old.length).join("/");
    if (rest && old.to.startsWith("./")) {
      target.search = target.hash = "";
      target.pathname = `${target.pathname.replace(/\/?$/, "/")}${rest}`;
      // An entry that leads below itself, or below another one, would send the reader round for ever.
      if (oldAddress(rows, target.pathname.slice(root.pathname.length))) return null;
    }
    return ["http:", "https:"].includes(target.protocol) ? target : null;
  }

  async function exists(url) {
    return (await fetch(url, { method: "HEAD" })).ok;
  }

  /** Sends on from an address that is old, or that differs from a page in case alone. */
  async function forward(list) {
    const root = rootUrl();
    const path = location.pathname.slice(root.pathname.length);
    try {
      const rows = list ? (await fetchJson(list)).redirects : [];
      let target = movedTo(rows, path, root);
      const low = new URL(`./${path.toLowerCase()}`, root);
      if (!target && low.pathname !== location.pathname && await exists(low)) target = low;
      if (!target) return;
      target.search ||= location.search;
      target.hash ||= location.hash;
      location.replace(target);
    } catch { /* The page stays, with the nearest names. */ }
  }

  window.callboard.overlays = { open, help, nearest, forward };
})();
