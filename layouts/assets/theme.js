// Applies the stored theme and sidebar state before the first paint, and holds the helpers all scripts share.
(() => {
  "use strict";
  const html = document.documentElement;

  /** Local storage that may be forbidden or full; keys belong to one portal of the origin where it matters. */
  const store = {
    get(key) {
      try { return localStorage.getItem(`callboard.${key}`); } catch { return null; }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(`callboard.${key}`);
        else localStorage.setItem(`callboard.${key}`, value);
      } catch { /* The choice then lasts for this page only. */ }
    },
    list(key) {
      try { return JSON.parse(store.get(key)) || []; } catch { return []; }
    },
  };

  /** Makes an element; data goes in as attributes and text nodes only, so nothing needs escaping. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", iconUrl(name));
    svg.append(use);
    return svg;
  }

  let sprite = "";

  /** Absolute, because what scripts add outlives the page whose depth a relative path would fit. */
  function iconUrl(name) {
    sprite ||= new URL(document.body.dataset.icons, document.baseURI).pathname;
    return `${sprite}#${name}`;
  }

  /* ---- theme ---- */

  const themes = [["", "monitor", "System theme"], ["light", "sun", "Light theme"], ["dark", "moon", "Dark theme"]];

  function tool(name, label, image, act) {
    const button = h("button", { class: "tool", type: "button", "data-tool": name, "aria-label": label, title: label }, icon(image));
    button.addEventListener("click", act);
    return button;
  }

  function showTheme(name, group) {
    if (name) html.dataset.theme = name;
    else delete html.dataset.theme;
    themes.forEach(([other], at) => group?.children[at].setAttribute("aria-pressed", other === name));
  }

  /** The three buttons of the sidebar; no stored choice means the system's theme. */
  function themeSwitch() {
    const group = h("div", { class: "tool-group", role: "group", "aria-label": "Theme" });
    for (const [name, image, label] of themes) {
      group.append(tool("theme", label, image, () => {
        store.set("theme", name || null);
        showTheme(name, group);
      }));
    }
    showTheme(html.dataset.theme ?? "", group);
    return group;
  }

  /* ---- sidebar ---- */

  function foldSide() {
    const closed = html.dataset.side !== "closed";
    if (closed) html.dataset.side = "closed";
    else delete html.dataset.side;
    store.set("side", closed ? "closed" : null);
    showSide();
  }

  /** A folded sidebar shows icons only, so each link gets its name as a tooltip. */
  function showSide() {
    const closed = html.dataset.side === "closed";
    document.querySelector("[data-tool=side]").setAttribute("aria-expanded", !closed);
    for (const link of document.querySelectorAll(".nav > li > a, .nav > li > details > summary, .brand")) {
      if (closed) link.title = link.textContent.trim();
      else link.removeAttribute("title");
    }
  }

  function sideTools(showHelp) {
    // A narrow sidebar has no room for the list of a group, so opening one widens it.
    document.addEventListener("click", (event) => {
      if (html.dataset.side === "closed" && event.target.closest(".nav summary")) foldSide();
    });
    return [themeSwitch(), tool("keys", "Keyboard shortcuts", "keyboard", showHelp), tool("side", "Narrow sidebar", "side", foldSide)];
  }

  html.dataset.js = "";
  const stored = store.get("theme");
  if (stored === "light" || stored === "dark") showTheme(stored);
  if (store.get("side") === "closed") html.dataset.side = "closed";
  window.callboard = { h, icon, iconUrl, store, sideTools, showSide };
})();
