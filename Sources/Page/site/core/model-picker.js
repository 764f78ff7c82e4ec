// SPDX-License-Identifier: MIT

import { problemOf } from "./api.js";
import { fill, glyph, h, iconButton, nodeOf } from "./dom.js";
import { toast } from "./dialog.js";
import { bytes, count, plural } from "./format.js";
import { modelMark } from "./model-mark.js";
import { canChat, matches, models, stateOf, stateText } from "./models.js";

/** @typedef {import("./models.js").Model} Model */

// So many are shown at a time; who has more looks for them by name.
const most = 100;

/**
 * The facts of a model's file that one chooses by: `760 KiB · Q8_0 · 2,048 tokens`.
 * @param {Model} model
 */
export function modelFacts(model) {
  const { details } = model;
  const context = details.context_length;
  const inputs = model.architecture.input_modalities.filter((kind) => kind !== "text");
  return [details.bytes ? bytes(details.bytes) : "", details.quantization ?? "", context ? `${count(context)} tokens` : "", ...inputs]
    .filter(Boolean).join(" · ");
}

/** Chooses a model and shows how it is. `value` is its name; tells `pick` when another was chosen. */
export class ModelPicker extends HTMLElement {
  #value = "";
  /** @type {AbortController | null} */
  #leaving = null;
  /** What the list shows: drawn anew between a press and its release it would lose the click. */
  #listed = "";
  /** @type {AbortController | null} */
  #watching = null;

  button = h("button", { type: "button", class: "picker-button", "aria-haspopup": "dialog", "aria-expanded": "false",
    onclick: () => (this.panel.hidden ? this.open() : this.close()) });
  search = h("input", { type: "search", placeholder: "Find a model", "aria-label": "Find a model", oninput: () => this.#showList() });
  items = h("ul", { class: "picker-list" });
  panel = h("div", { class: "picker-panel", role: "dialog", "aria-label": "Models", hidden: true }, this.search, this.items);

  constructor() {
    super();
    this.panel.addEventListener("keydown", (event) => this.#move(event));
  }

  connectedCallback() {
    this.#watching = new AbortController();
    if (!this.button.isConnected) fill(this, this.button, this.panel);
    models.addEventListener("change", () => this.#show(), { signal: this.#watching.signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#watching?.abort();
    this.close(false);
  }

  get value() { return this.#value; }

  set value(name) {
    this.#value = name;
    this.#show();
  }

  get model() { return models.get(this.#value); }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.search.value = "";
    this.#showList();
    this.#findRoom();
    const place = this.panel.getBoundingClientRect();
    this.panel.style.left = place.right > innerWidth - 8 ? `${innerWidth - 8 - place.right}px` : "";
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    addEventListener("pointerdown", (event) => { if (!this.contains(nodeOf(event))) this.close(false); }, { capture: true, signal });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.close();
    }, { capture: true, signal });
    this.search.focus();
  }

  close(isBack = true) {
    if (this.panel.hidden) return;
    this.#leaving?.abort();
    this.panel.hidden = true;
    this.panel.style.left = "";
    this.button.setAttribute("aria-expanded", "false");
    if (isBack) this.button.focus();
  }

  /** Opens to where there is more room, and takes no more of it than there is: the button may be anywhere on the screen. */
  #findRoom() {
    const at = this.button.getBoundingClientRect();
    const isUp = at.top > innerHeight - at.bottom;
    const room = (isUp ? at.top : innerHeight - at.bottom) - 80;
    this.panel.classList.toggle("up", isUp);
    this.panel.style.setProperty("--room", `${Math.max(120, Math.min(room, 416))}px`);
  }

  /** @param {string} name */
  #pick(name) {
    this.#value = name;
    this.close();
    this.#show();
    this.dispatchEvent(new CustomEvent("pick", { detail: name, bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    /** @type {HTMLElement[]} */
    const buttons = [this.search, .../** @type {NodeListOf<HTMLElement>} */ (this.items.querySelectorAll(".picker-model"))];
    const place = buttons.findIndex((button) => button === document.activeElement);
    if (event.key === "ArrowDown") buttons[Math.min(place + 1, buttons.length - 1)].focus();
    else if (event.key === "ArrowUp") buttons[Math.max(place - 1, 0)].focus();
    else if (event.key === "Enter" && place === 0) buttons[1]?.click();
    else return;
    event.preventDefault();
  }

  #show() {
    const { model } = this;
    const state = stateOf(model);
    const isWaiting = models.isLoading || !models.isKnown;
    const name = model?.id ?? (this.#value || (isWaiting ? "Looking for models…" : models.list.length ? "Choose a model" : "No models"));
    const isLost = models.problem !== null && !models.isLoading;
    const text = isLost && model ? "unknown" : model ? stateText(model) : models.isLoading ? "loading" : this.#value && !isWaiting ? stateText(model) : "";
    const loading = state === "loading" ? progressOf(model) : null;
    fill(this.button, h("span", { class: "dot", "data-state": isLost ? "unknown" : state }), h("span", { class: "picker-name" }, name),
      text ? h("span", { class: "picker-state" }, text) : null, glyph("down"), loading);
    this.button.setAttribute("aria-label", `Model: ${name}${text ? `, ${text}` : ""}`);
    if (!this.panel.hidden) this.#showList();
  }

  #showList() {
    const found = models.list.filter((model) => canChat(model) && matches(model, this.search.value));
    const listed = JSON.stringify([this.#value, models.list.length, found.map((model) => [model.id, model.status, modelFacts(model)])]);
    if (listed === this.#listed) return;
    this.#listed = listed;
    // What has the focus keeps it when the list is drawn anew.
    const focused = document.activeElement?.closest("li")?.dataset.model;
    const isAction = document.activeElement?.classList.contains("picker-action");
    fill(this.items, found.slice(0, most).map((model) => this.#item(model)),
      found.length > most ? h("li", { class: "quiet-text" }, `${plural(found.length - most, "more model")}: write a part of the name.`) : null);
    if (found.length === 0) {
      fill(this.items, h("li", { class: "quiet-text" }, models.list.length ? "No model matches." :
        "There are no models yet: download one in Models, or put some into the server's folder (--models-dir)."));
    }
    if (focused) {
      const item = [...this.items.querySelectorAll("li")].find((item) => item.dataset.model === focused);
      const part = item?.querySelector(isAction ? ".picker-action" : ".picker-model");
      if (part instanceof HTMLElement) part.focus();
    }
  }

  /** @param {Model} model */
  #item(model) {
    const state = stateOf(model);
    const isLoaded = ["loaded", "sleeping", "loading", "downloading"].includes(state);
    const isBroken = model.status.failed && !model.gguf;
    const action = isBroken ? null : isLoaded
      ? iconButton("close", `${state === "downloading" ? "Give up the download of" : "Unload"} ${model.id}`, () => act(models.unload(model.id)))
      : iconButton("power", `Load ${model.id}`, () => act(models.load(model.id)));
    action?.classList.add("picker-action");
    return h("li", { "data-model": model.id },
      h("button", { type: "button", class: "quiet picker-model", "aria-current": model.id === this.#value ? "true" : null,
        onclick: () => this.#pick(model.id) },
      modelMark(model.id),
      h("span", { class: "picker-text" }, h("span", { class: "picker-line" }, h("span", { class: "picker-name" }, model.id), h("span", { class: "dot", "data-state": state })),
        h("span", { class: "picker-facts" }, [stateText(model), modelFacts(model)].filter(Boolean).join(" · ")),
        state === "failed" ? h("span", { class: "picker-reason" }, model.status.reason) : null,
        ["loading", "downloading"].includes(state) ? progressOf(model) : null)),
      action);
  }
}

/**
 * A bar that shows how far a model is loaded.
 * @param {Model | undefined} model
 */
export function progressOf(model) {
  const part = model?.status.progress;
  return h("progress", { "aria-label": `Loading ${model?.id ?? "the model"}`, max: 1, ...(Number.isFinite(part) ? { value: part } : {}) });
}

/** @param {Promise<unknown>} promise */
function act(promise) {
  promise.catch((error) => {
    const { message, advice } = problemOf(error);
    toast(`${message} ${advice}`);
  });
}

customElements.define("eh-model-picker", ModelPicker);
