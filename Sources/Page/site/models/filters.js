// SPDX-License-Identifier: MIT
// Kinds of models, as buttons that show one of them only.

import { fill, h } from "../core/dom.js";
import { count } from "../core/format.js";
import { canChat, models, stateOf } from "../core/models.js";

/** @typedef {import("../core/models.js").Model} Model */

const label = "Show";

/** @type {{name: string, text: string, holds: (model: Model) => boolean}[]} */
const kinds = [
  { name: "all", text: "All", holds: () => true },
  { name: "loaded", text: "Loaded", holds: (model) => ["loaded", "sleeping", "loading"].includes(stateOf(model)) },
  { name: "chat", text: "Chat", holds: (model) => Boolean(model.gguf) && canChat(model) },
  { name: "vision", text: "Vision", holds: (model) => model.details?.modalities?.includes("image") ?? false },
  { name: "audio", text: "Audio", holds: (model) => model.details?.modalities?.includes("audio") ?? false },
  { name: "embedding", text: "Embedding", holds: (model) => Boolean(model.gguf) && !canChat(model) },
  { name: "failed", text: "Failed", holds: (model) => stateOf(model) === "failed" },
];

export class Filters {
  #chosen = kinds[0];
  #shown = "";

  /** @param {() => void} change hears that another one was chosen */
  constructor(change) {
    this.change = change;
    this.element = h("div", { class: "filters", role: "group", "aria-label": label });
  }

  /** @param {Model} model */
  holds(model) { return this.#chosen.holds(model); }

  get isOn() { return this.#chosen !== kinds[0]; }

  clear() { this.#chosen = kinds[0]; }

  /** Shows those that there are models of, and how many. */
  draw() {
    const found = kinds.map((kind) => ({ kind, number: models.list.filter(kind.holds).length }))
      .filter(({ kind, number }) => number > 0 || kind === this.#chosen || kind === kinds[0]);
    const state = JSON.stringify([this.#chosen.name, found.map(({ kind, number }) => [kind.name, number])]);
    if (state === this.#shown) return;
    this.#shown = state;
    const focused = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement.dataset.kind : "";
    fill(this.element, found.map(({ kind, number }) => h("button", { type: "button", class: "small filter", "data-kind": kind.name, "aria-pressed": String(kind === this.#chosen),
      onclick: () => { this.#chosen = kind; this.change(); } }, kind.text, h("span", { class: "filter-count" }, count(number)))));
    if (focused) for (const button of this.element.querySelectorAll("button")) if (button.dataset.kind === focused) button.focus();
  }
}
