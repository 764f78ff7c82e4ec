// SPDX-License-Identifier: MIT
// The frame: which view is shown, and what stands around it.

import { askAgain, json, root } from "./core/api.js";
import { hush } from "./core/dialog.js";
import { elementOf, fill, glyph, h, iconButton } from "./core/dom.js";
import { models } from "./core/models.js";
import { shortcut, showShortcuts } from "./core/shortcuts.js";
import { setting } from "./core/store.js";
import { themeButton } from "./core/theme.js";

/**
 * All views. A view's module defines the custom element `eh-NAME`. The frame sets its `side` (an element of the sidebar that is the
 * view's own while it is shown), calls `show(parts)` with what follows `#/NAME/` in the address, and takes its `heading` for the title.
 */
/**
 * @typedef {{name: "chat" | "compare" | "models" | "activity", title: string, module: string, style: string}} Part
 * @typedef {import("../types/page").View} View
 */

/** @type {Part[]} */
const views = [
  { name: "chat", title: "Chat", module: "./chat/chat-view.js", style: "chat/chat.css" },
  { name: "compare", title: "Compare", module: "./compare/compare-view.js", style: "compare/compare.css" },
  { name: "models", title: "Models", module: "./models/models-view.js", style: "models/models.css" },
  { name: "activity", title: "Activity", module: "./activity/activity-view.js", style: "activity/activity.css" },
];

const words = {
  begin: "New chat",
  fold: "Show or hide the chats (Ctrl+B)",
  home: "Enginehouse",
  keys: "Shortcuts (?)",
};

class App extends HTMLElement {
  /** @type {Map<string, View>} */
  #shown = new Map();
  #name = "";
  /** @type {AbortController | null} */
  #closing = null;

  constructor() {
    super();
    this.main = h("main", { id: "main", tabindex: "-1" });
    this.sideContent = h("div", { class: "side-content" });
    this.links = h("nav", { class: "views", "aria-label": "Views" }, views.map((view, index) =>
      h("a", { href: `#/${view.name}`, title: `${view.title} (Alt+${index + 1})` }, glyph(view.name), h("span", {}, view.title))));
    this.version = h("span", { class: "version" });
    this.fold = iconButton("panel", words.fold, () => this.#collapse(!this.classList.contains("collapsed")), { class: "quiet fold", "aria-controls": "panel" });
    this.panel = h("div", { class: "panel", id: "panel" }, h("a", { class: "brand", href: "#/chat" }, "Enginehouse"), this.sideContent);
    this.side = h("aside", { class: "side", id: "side", "aria-label": "Menu" },
      h("div", { class: "rail" },
        h("a", { class: "mark", href: "#/chat", "aria-label": words.home }, h("img", { src: new URL("ui/icon.svg", root), alt: "" })),
        this.links, h("span", { class: "spread" }), this.fold, themeButton(), iconButton("help", words.keys, showShortcuts), this.version),
      this.panel);
    this.shade = h("button", { class: "shade", type: "button", "aria-label": "Close the menu", hidden: true, onclick: () => this.close() });
    this.barTitle = h("span", { class: "bar-title" });
    /** @type {HTMLButtonElement} */
    this.menu = iconButton("menu", "Menu", () => this.open(), { "aria-expanded": "false", "aria-controls": "side" });
    this.begin = iconButton("plus", words.begin, () => { location.hash = "#/chat/new"; });
    this.lost = h("div", { class: "lost", role: "status", hidden: true });
  }

  connectedCallback() {
    fill(this,
      h("a", { class: "skip button", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } }, "Skip to the content"),
      h("header", { class: "bar" }, this.menu, this.barTitle, this.begin), this.side, this.shade, this.main);
    fill(this.main, this.lost);
    this.side.addEventListener("click", (event) => { if (elementOf(event)?.closest("a")) this.close(); });
    this.addEventListener("heading", () => this.#retitle());

    addEventListener("hashchange", () => this.#route());
    views.forEach((view, index) => shortcut(`Alt+${index + 1}`, view.title, () => { location.hash = `#/${view.name}`; }));
    shortcut("Ctrl+B", "Show or hide the chats", () => this.#collapse(!this.classList.contains("collapsed")));
    shortcut("?", "This list", showShortcuts);
    this.#collapse(setting.get("collapsed", false));
    models.addEventListener("lost", () => this.#showLost());
    models.addEventListener("found", () => this.#showLost());
    models.start();
    this.#route();
    json("_app/version.json").then((answer) => {
      this.version.textContent = /** @type {import("../types/answers").Version} */ (answer).version;
    }, () => {});
  }

  /** Shows the menu of a narrow screen. */
  open() {
    this.classList.add("open");
    this.shade.hidden = false;
    this.menu.setAttribute("aria-expanded", "true");
    this.#closing = new AbortController();
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.close();
      this.menu.focus();
    }, { signal: this.#closing.signal, capture: true });
    this.links.querySelector("a")?.focus();
  }

  close() {
    this.#closing?.abort();
    this.classList.remove("open");
    this.shade.hidden = true;
    this.menu.setAttribute("aria-expanded", "false");
  }

  /**
   * Whether only the rail of the sidebar is shown; on a narrow screen the whole menu comes and goes instead.
   * @param {boolean} isCollapsed
   */
  #collapse(isCollapsed) {
    this.classList.toggle("collapsed", isCollapsed);
    this.fold.setAttribute("aria-expanded", String(!isCollapsed));
    setting.set("collapsed", isCollapsed || null);
  }

  /** @returns {Promise<void>} */
  async #route() {
    const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    const view = views.find((view) => view.name === name);
    if (!view) return history.replaceState(null, "", `#/${views[0].name}`), this.#route();
    if (this.#name !== name) hush();
    this.#name = name;
    views.forEach((other, index) => {
      const link = this.links.children[index];
      if (other === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    let element = this.#shown.get(name);
    if (!element) {
      // A part that still comes is announced, so that the view before doesn't stand there.
      const coming = h("div", { class: "empty" }, h("p", { role: "status" }, `Loading ${view.title}…`));
      const slow = setTimeout(() => { if (this.#name === name) this.#place(coming, null); }, 200);
      try {
        await parts.of(view);
      } catch {
        if (this.#name === name) this.#place(h("div", { class: "empty" }, h("h1", {}, "This part of the page could not be loaded"),
          h("p", {}, "Check that the server runs, then load the page again."),
          h("button", { class: "primary", onclick: () => location.reload() }, "Load again")), null);
        return;
      } finally { clearTimeout(slow); }
      element = this.#shown.get(name) ?? /** @type {View} */ (document.createElement(`eh-${view.name}`));
      element.side ??= h("div", { class: "side-content" });
      this.#shown.set(name, element);
    }
    if (this.#name !== name) return;
    if (element.parentNode !== this.main) this.#place(element, element.side);
    await element.show?.(rest);
    this.#retitle();
    parts.ahead();
  }

  /** @param {HTMLElement} element @param {HTMLElement | null | undefined} side */
  #place(element, side) {
    fill(this.main, this.lost, element);
    fill(this.sideContent, side);
    // A view that has nothing for the sidebar leaves its width to what it shows.
    this.classList.toggle("bare", !side?.hasChildNodes());
    this.begin.hidden = this.#name !== "chat";
  }

  #retitle() {
    const view = views.find((view) => view.name === this.#name);
    const heading = this.#shown.get(this.#name)?.heading || (view?.title ?? "");
    this.barTitle.textContent = heading;
    document.title = `${heading} · Enginehouse`;
  }

  #showLost() {
    this.lost.hidden = !models.problem;
    if (!models.problem) return;
    const isKey = models.problem.status === 401;
    fill(this.lost, models.problem.isNetwork ? "The server can't be reached; trying again. What you wrote is kept." : models.problem.message,
      isKey ? h("button", { type: "button", class: "small", onclick: () => { askAgain(); models.refresh(); } }, "Give the key") : null);
  }
}

/** The views' modules and style sheets, each brought once. */
const parts = {
  /** @type {Map<string, Promise<unknown>>} */
  loaded: new Map(),

  /** @param {Part} view */
  of(view) {
    let loading = this.loaded.get(view.name);
    if (!loading) {
      loading = Promise.all([import(view.module), stylesheet(view.style)]);
      this.loaded.set(view.name, loading);
      loading.catch(() => this.loaded.delete(view.name));
    }
    return loading;
  },

  /** Brings the other views too, once there is time: later all connections to the server may be taken by answers. */
  ahead() {
    const bring = () => views.forEach((view) => this.of(view).catch(() => {}));
    // Safari has none yet.
    if ("requestIdleCallback" in globalThis) requestIdleCallback(bring, { timeout: 3000 });
    else setTimeout(bring, 1000);
  },
};

/**
 * Adds a style sheet of the page and waits for it.
 * @param {string} path
 */
function stylesheet(path) {
  return new Promise((resolve, reject) => {
    const href = new URL(`ui/${path}`, root).href;
    /** @type {HTMLLinkElement} */
    const link = h("link", { rel: "stylesheet", href, onload: resolve, onerror: () => { link.remove(); reject(); } });
    document.head.append(link);
  });
}

customElements.define("eh-app", App);
