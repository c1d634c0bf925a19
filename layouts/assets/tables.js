// Sorting, filtering, pages and CSV of tables; loaded by portal.js when a page has a table, which is complete without it.
(() => {
  "use strict";
  const { h, icon } = window.callboard;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true, sensitivity: "base" });

  /** From how many rows on a table can be filtered and saved. */
  const ROWS_FEW = 8;

  function sortKey(row, column) {
    const cell = row.cells[column];
    return cell ? cell.dataset.sort ?? cell.textContent.trim() : "";
  }

  function compare(a, b) {
    const [x, y] = [Number(a), Number(b)];
    return a && b && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : collator.compare(a, b);
  }

  function sortTable(table, head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of $$("[aria-sort]", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [sortKey(row, head.cellIndex), row]);
    // Empty cells stay last in both directions: they say nothing about the order.
    keyed.sort(([a], [b]) => (!a - !b) || compare(a, b) * (down ? -1 : 1));
    body.append(...keyed.map(([, row]) => row));
  }

  function makeSortable(table, changed) {
    for (const head of $$("thead th:not([data-unsorted])", table)) {
      if (!head.textContent.trim() || $("button, a, .visually-hidden", head)) continue;
      const button = h("button", { type: "button" }, ...head.childNodes);
      button.addEventListener("click", () => { sortTable(table, head); changed(); });
      head.append(button);
    }
  }

  /** The choices above a list: which rows have which of their values stands in the page. */
  function rowChoices(rows) {
    return $$(".row-filters select").map((select) => {
      const values = select.dataset.rows.split(" ").map((row) => row.split("."));
      const places = new Map(rows.map((row, at) => [row, values[at] ?? []]));
      select.value = new URLSearchParams(location.search).get(`f-${select.dataset.name}`) ?? "";
      if (select.selectedIndex < 0) select.value = "";
      return { select, allows: (row) => !select.value || places.get(row).includes(String(select.selectedIndex - 1)) };
    });
  }

  function filterBox(name, caption, changed, remember) {
    const box = h("input", { type: "search", placeholder: "Filter", "aria-label": `Filter ${caption}`, autocomplete: "off" });
    box.value = new URLSearchParams(location.search).get(name) ?? "";
    box.addEventListener("input", () => { changed(); remember(name, box.value.trim()); });
    return box;
  }

  /** A cell that begins like a formula is a text in a spreadsheet. */
  function csvCell(text) {
    const harmless = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  }

  function csvText(cell) {
    const time = $("time", cell);
    // A small line is a picture: its words say little in a spreadsheet, its last value more.
    const text = time ? time.dateTime : $(".spark", cell) ? cell.dataset.sort ?? "" : cell.textContent;
    return csvCell(text.trim().replace(/\s+/g, " "));
  }

  function saveCsv(table, caption) {
    const rows = [table.tHead.rows[0], ...[...table.tBodies[0].rows].filter((row) => !("out" in row.dataset))];
    const text = rows.map((row) => [...row.cells].map(csvText).join(",")).join("\r\n");
    const url = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    const name = caption.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "table";
    const link = h("a", { href: url, download: `${name}.csv` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function csvButton(table, caption) {
    const button = h("button", { type: "button", class: "button" }, icon("download"), "CSV", h("span", { class: "visually-hidden" }, ` of ${caption}`));
    button.addEventListener("click", () => saveCsv(table, caption));
    return button;
  }

  /** Buttons to turn the pages of a table; `show` draws one of them. */
  function pager(caption, show) {
    const step = (label, image, by) => {
      const button = h("button", { type: "button", class: "button", "aria-label": `${label} rows of ${caption}` }, icon(image));
      button.addEventListener("click", () => show(by));
      return button;
    };
    const [back, next] = [step("Previous", "arrow-left", -1), step("Next", "arrow-right", 1)];
    const place = h("span", { role: "status" });
    return { bar: h("div", { class: "pager" }, back, place, next), back, next, place };
  }

  function enhance(wrap, index, remember) {
    const table = $("table", wrap);
    const rows = [...table.tBodies[0].rows];
    const size = Number(table.dataset.pageSize) || Infinity;
    const caption = table.caption?.textContent.trim() || "table";
    const many = rows.length > ROWS_FEW;
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const choices = index ? [] : rowChoices(rows);
    let page = 0;
    const count = h("output", {});
    const box = many ? filterBox(index ? `q${index + 1}` : "q", caption, () => { page = 0; apply(); }, remember) : null;
    const pages = rows.length > size ? pager(caption, (by) => { page += by; apply(); }) : null;
    function apply() {
      const words = (box?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const row of table.tBodies[0].rows) {
        const fits = words.every((word) => texts.get(row).includes(word)) && choices.every((choice) => choice.allows(row));
        row.toggleAttribute("data-out", !fits);
        row.hidden = !fits || Math.floor(found / size) !== page;
        found += fits;
      }
      count.textContent = words.length || choices.some(({ select }) => select.value) ? `${found} of ${rows.length}` : "";
      if (!pages) return;
      const last = Math.max(0, Math.ceil(found / size) - 1);
      pages.bar.hidden = last === 0;
      pages.place.textContent = `${page * size + 1}–${Math.min(found, (page + 1) * size)} of ${found}`;
      // A button that is disabled while it has the focus would lose it.
      if (page === 0 && document.activeElement === pages.back) pages.next.focus();
      if (page === last && document.activeElement === pages.next) pages.back.focus();
      pages.back.disabled = page === 0;
      pages.next.disabled = page === last;
    }
    makeSortable(table, () => { page = 0; apply(); });
    for (const { select } of choices) {
      select.addEventListener("change", () => { page = 0; apply(); remember(`f-${select.dataset.name}`, select.value); });
    }
    if (!many && choices.length) $(".row-filters").append(count);
    if (many) {
      const tools = h("div", { class: "table-tools" }, h("label", {}, box), count);
      if ("csv" in table.dataset) tools.append(csvButton(table, caption));
      wrap.before(tools);
    }
    if (pages) wrap.after(pages.bar);
    apply();
    wrap.dataset.ready = "";
  }

  window.callboard.enhanceTables = (remember) => {
    $$(".table-wrap:not([data-ready]):has(> [data-sortable])").forEach((wrap, index) => enhance(wrap, index, remember));
  };
})();
