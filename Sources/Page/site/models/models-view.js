// SPDX-License-Identifier: MIT
// The models that there are, and what can be done to them.

import { isAbort, json, problemOf } from "../core/api.js";
import { ask, textOf } from "../core/dialog.js";
import { canDownload, downloads } from "../core/downloads.js";
import { fill, glyph, h, iconButton, set } from "../core/dom.js";
import { bytes, count, plural } from "../core/format.js";
import { hubName } from "../core/hub-name.js";
import { matches, models, stateOf } from "../core/models.js";
import { shortcut } from "../core/shortcuts.js";
import { Filters } from "./filters.js";
import { showMemory } from "./memory-bar.js";
import { stopped } from "./model-actions.js";
import { ModelPage } from "./model-page.js";
import { columns, ModelRow, orders } from "./model-row.js";
import { Transfers } from "./transfers.js";

const sortName = "enginehouse.models.sort";
const turnedName = "enginehouse.models.sort-turned";
/** How many rows are shown until more are asked for: a browser takes long to lay out a table of thousands. */
const rowsAtFirst = 200;

/** @typedef {import("../core/models.js").Model} Model */

export class ModelsView extends HTMLElement {
  /** @type {Map<string, ModelRow>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #asked = new Map();
  #transfers = new Transfers();
  /** @type {AbortController | null} */
  #leaving = null;
  #sort = localStorage.getItem(sortName) ?? "id";
  #isTurned = localStorage.getItem(turnedName) === "yes";
  #isRouter = false;
  #showsAll = false;

  constructor() {
    super();
    /** @type {import("./model-actions.js").Report} */
    const report = (error, model) => {
      const { message, advice } = problemOf(error);
      this.#report(model ? `${model.id}: ${message}` : message, advice);
    };
    this.report = report;
    this.notices = h("div", { class: "notices", role: "alert" });
    this.summary = h("p", { class: "quiet-text" });
    this.memory = h("div", { class: "memories quiet-text" });
    this.filters = new Filters(() => this.#draw());
    this.get = h("button", { type: "button", class: "primary", hidden: true, onclick: () => this.#ask() }, glyph("download"), "Download a model");
    this.again = iconButton("again", "Look for models again", () => this.#lookAgain(), { hidden: true });
    this.search = h("input", { type: "search", placeholder: "Search models", "aria-label": "Search models", oninput: () => this.#draw() });
    /** @type {HTMLSelectElement} */
    this.select = h("select", { "aria-label": "Sort by", onchange: () => this.#sortBy(this.select.value) },
      orders.map((order) => h("option", { value: order.name }, `Sort by ${order.order ?? order.title?.toLowerCase()}`)));
    this.heads = columns.map((column) => h("th", { scope: "col", class: column.class ?? false },
      h("button", { type: "button", class: "quiet small", onclick: () => this.#sortBy(column.name) }, column.title)));
    this.body = h("tbody");
    this.table = h("table", { class: "models-table" }, h("caption", { class: "unseen" }, "Models"),
      h("thead", {}, h("tr", {}, this.heads, h("th", { scope: "col" }, h("span", { class: "unseen" }, "Actions")))), this.body);
    this.more = h("button", { type: "button", class: "more", hidden: true, onclick: () => { this.#showsAll = true; this.#draw(); } });
    this.empty = h("div", { class: "empty", hidden: true });
    this.listPage = h("div", { class: "page-inner wide" },
      h("div", { class: "page-head" }, h("h1", {}, "Models"), this.summary, this.memory, h("span", { class: "spread" }), this.again, this.get),
      h("div", { class: "models-tools" }, this.search, this.filters.element, this.select), this.table, this.more, this.empty);
    this.page = new ModelPage(report);
  }

  connectedCallback() {
    this.classList.add("page");
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    models.addEventListener("change", () => this.#draw(), { signal });
    models.onEvent((news) => this.#hear(news), signal);
    // Requests that begin and end aren't told as events.
    const timer = setInterval(() => { if (!document.hidden) { models.refresh(); showMemory(this.memory); } }, 10_000);
    showMemory(this.memory);
    signal.addEventListener("abort", () => clearInterval(timer));
    shortcut("/", "Search models", () => this.search.focus(), signal);
    // A server of one model has no sources to download to or to look into.
    canDownload().then((can) => {
      this.#isRouter = can;
      this.get.hidden = this.again.hidden = !can;
      this.#draw();
    });
    downloads.addEventListener("change", () => this.#draw(), { signal });
  }

  disconnectedCallback() {
    this.#leaving?.abort();
    this.page.close();
  }

  get heading() { return this.page.element.isConnected ? this.page.name : "Models"; }

  /** @param {string[]} parts the model's name, if one is to be shown */
  show([name]) {
    if (name) {
      if (!this.page.element.isConnected) this.scrollTop = 0;
      fill(this, this.notices, this.page.element);
      this.page.open(name);
    } else {
      this.page.close();
      fill(this, this.notices, this.listPage);
      this.#draw();
    }
  }

  #draw() {
    if (this.page.element.isConnected) return this.page.update();
    if (!this.listPage.isConnected) return;
    const now = Date.now();
    const { key, class: kind } = orders.find((order) => order.name === this.#sort) ?? orders[0];
    const turn = this.#isTurned ? -1 : 1;
    const shown = models.list.filter((model) => this.filters.holds(model) && matches(model, this.search.value)).map((model) => ({ place: key(model), model }))
      .sort((one, other) => (one.place < other.place ? -turn : one.place > other.place ? turn : one.model.id.localeCompare(other.model.id)));
    const drawn = this.#showsAll ? shown : shown.slice(0, rowsAtFirst);
    this.more.hidden = drawn.length === shown.length;
    this.more.textContent = `Show all ${count(shown.length)}`;
    const rows = drawn.map(({ model }) => {
      const row = this.#rows.get(model.id) ?? new ModelRow(this.report, this.#transfers);
      this.#rows.set(model.id, row);
      row.update(model, now);
      return row.element;
    });
    const asked = [...downloads.asking.keys()].filter((name) => !models.successor(name));
    place(this.body, [...asked.map((name) => this.#askedRow(name)), ...rows]);
    const names = new Set(models.list.map((model) => model.id));
    for (const name of this.#asked.keys()) if (!asked.includes(name)) this.#asked.delete(name);
    for (const name of this.#rows.keys()) if (!names.has(name)) this.#rows.delete(name);
    this.select.value = this.#sort;
    this.filters.draw();
    columns.forEach((column, index) => set(this.heads[index], {
      // Numbers and moments begin with the largest.
      "aria-sort": column.name !== this.#sort ? null : (falls(kind, column.name) !== this.#isTurned ? "descending" : "ascending"),
    }));
    this.#summarise(this.filters.isOn || this.search.value.trim() !== "", rows.length + asked.length);
  }

  /**
   * A download that the hub hasn't answered yet.
   * @param {string} name
   */
  #askedRow(name) {
    let row = this.#asked.get(name);
    if (row) return row;
    row = h("tr", {}, h("th", { scope: "row" }, h("span", { class: "model-name" }, name)),
      h("td", { "data-title": "State" }, h("div", { class: "model-state" }, h("span", { class: "dot", "data-state": "downloading" }), h("span", {}, "asking the hub…")),
        h("progress", { max: "1", "aria-label": `Asking the hub for ${name}` })),
      columns.slice(2).map((column) => h("td", { class: column.class ?? false, "data-title": column.title }, "–")),
      h("td", { class: "model-buttons" }, h("div", { class: "model-actions" },
        h("button", { type: "button", class: "small", "aria-label": `Stop: ${name}`, onclick: () => downloads.stop(name) }, "Stop"))));
    this.#asked.set(name, row);
    return row;
  }

  /** @param {boolean} isSearching @param {number} shown how many */
  #summarise(isSearching, shown) {
    const loaded = models.list.filter((model) => ["loaded", "sleeping"].includes(stateOf(model)));
    const memory = models.list.reduce((sum, model) => sum + (model.details?.memory_bytes ?? 0), 0);
    const parts = [plural(models.list.length, "model"), `${loaded.length} loaded`, memory > 0 ? `${bytes(memory)} in memory` : ""];
    this.summary.textContent = models.isKnown ? parts.filter(Boolean).join(" · ") : "";
    this.table.hidden = shown === 0;
    this.empty.hidden = shown > 0;
    if (shown > 0) return;
    if (models.isLoading) fill(this.empty, h("h2", {}, "The model is being loaded"), h("p", {}, "It is listed as soon as it is there."));
    else if (!models.isKnown) fill(this.empty, h("p", {}, models.problem ? "The list of models can't be had." : "Looking for models…"));
    else if (isSearching) fill(this.empty, h("h2", {}, "No model matches"), h("button", { type: "button", onclick: () => { this.search.value = ""; this.filters.clear(); this.#draw(); } }, "Show all"));
    else {
      fill(this.empty, h("h2", {}, "No models yet"), h("p", {}, "Download one, or start the server with --models-dir and a folder of GGUF files."),
        this.#isRouter ? h("button", { type: "button", class: "primary", onclick: () => this.#ask() }, "Download a model") : null);
    }
  }

  /** @param {string} name */
  #sortBy(name) {
    this.#isTurned = name === this.#sort && !this.#isTurned;
    this.#sort = name;
    localStorage.setItem(sortName, name);
    localStorage.setItem(turnedName, this.#isTurned ? "yes" : "no");
    this.#draw();
  }

  // MARK: Downloads

  async #ask(value = "") {
    const field = h("label", { class: "field" }, "Name on the hub",
      h("input", {
        name: "name", value, required: true, autocomplete: "off", autocapitalize: "off", spellcheck: "false", autofocus: true, placeholder: "user/repo:Q4_K_M",
      }),
      h("small", {}, "As on its page: user/repo, and behind a colon the quantisation that you want. Without one, the server chooses. ",
        "The page's address will do, too."));
    const check = (/** @type {FormData} */ form) => hubName(textOf(form, "name") ?? "").problem;
    const answer = await ask({ title: "Download a model", content: field, action: "Download", check });
    const { name } = hubName(textOf(answer, "name") ?? "");
    if (name) await this.#download(name);
  }

  /** @param {string} name */
  async #download(name) {
    try {
      await downloads.begin(name);
    } catch (error) {
      if (!isAbort(error)) this.#report(`${name} can't be downloaded: ${problemOf(error).message}`, "", () => this.#ask(name));
    }
  }

  async #lookAgain() {
    try {
      await json("models/reload", { method: "POST" });
      models.refresh();
    } catch (error) {
      this.report(error);
    }
  }

  /** @param {import("../../types/answers").ModelEvent} news */
  #hear({ model, event, data }) {
    if (event !== "download_failed" || stopped.delete(model)) return;
    this.#report(`The download of ${model} failed: ${data?.reason ?? "nobody said why"}.`, "Another try goes on where it broke off.", () => this.#download(model));
  }

  /**
   * Says what went wrong until it is read.
   * @param {string} text
   * @param {(() => unknown) | null} again what to try
   */
  #report(text, advice = "", again = null) {
    /** @type {HTMLElement} */
    const notice = h("div", { class: "notice bad" }, glyph("warning"), h("p", {}, [text, advice].filter(Boolean).join(" ")),
      again ? h("button", { type: "button", class: "small", onclick: () => { notice.remove(); again(); } }, "Try again") : null,
      iconButton("close", "Dismiss", () => notice.remove(), { class: "quiet small" }));
    this.notices.append(notice);
    while (this.notices.children.length > 3) this.notices.firstElementChild?.remove();
  }
}

/**
 * Whether a column begins with the largest.
 * @param {string | undefined} kind
 * @param {string} name
 */
const falls = (kind, name) => kind === "number" || name === "used";

/**
 * Puts elements into a parent in their order, without touching those that stand right: what has the focus keeps it.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} elements
 */
function place(parent, elements) {
  /** @type {Set<Element>} */
  const wanted = new Set(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
}

customElements.define("eh-models", ModelsView);
