// SPDX-License-Identifier: MIT
// One model in the list.

import { fill, glyph, h } from "../core/dom.js";
import { ago, bytes, count, duration, isFigure } from "../core/format.js";
import { modelMark } from "../core/model-mark.js";
import { canChat, stateOf, stateText } from "../core/models.js";
import { ModelActions } from "./model-actions.js";
import { amounts } from "./transfers.js";

const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });

/** @typedef {import("../core/models.js").Model} Model */

/**
 * 722000: `722K`
 * @param {number | null | undefined} number nothing is said of what isn't known
 */
export const parameters = (number) => (isFigure(number) ? compact.format(number) : "");

/** @type {Record<string, string>} */
const sources = { models_dir: "folder", cache: "hub", preset: "preset" };

/**
 * Where a model is from, for people.
 * @param {Model} model
 */
export const sourceText = ({ source = "" }) => sources[source] ?? source;

/**
 * @typedef {{name: string, title?: string, order?: string, class?: string, key: (model: Model) => string | number}} Order
 */

/**
 * What the list can be sorted by (numbers from large to small); those with a title are columns, and `class` is that of their cells.
 * @type {Order[]}
 */
export const orders = [
  { name: "id", title: "Model", order: "name", key: (model) => model.id.toLowerCase() },
  { name: "state", title: "Status", key: (model) => ["loaded", "sleeping", "loading", "downloading", "downloaded", "failed", "unloaded"].indexOf(stateOf(model)) },
  { name: "parameters", title: "Params", order: "parameters", class: "number", key: (model) => -(model.details?.parameters ?? 0) },
  { name: "quantization", title: "Quant", order: "quantisation", key: (model) => model.details?.quantization ?? "~" },
  { name: "bytes", title: "Size", class: "number", key: (model) => -(model.details?.bytes ?? 0) },
  { name: "context", title: "Context", class: "number", key: (model) => -(model.details?.context_length ?? 0) },
  { name: "used", title: "Last used", key: (model) => -(model.details?.last_used ?? 0) },
  { name: "memory", title: "Memory", class: "number", key: (model) => -(model.details?.memory_bytes ?? 0) },
  { name: "modalities", order: "input", key: (model) => -(model.details?.modalities ?? []).length },
  { name: "source", order: "source", key: (model) => sourceText(model) },
];

export const columns = orders.flatMap((order) => (order.title ? [{ ...order, title: order.title }] : []));

/**
 * What a model is beside a chat model of text, as pictures with words.
 * @param {Model} model
 * @returns {[import("../core/dom.js").Glyph, string][]}
 */
function kindsOf(model) {
  const inputs = model.details?.modalities ?? [];
  const isRanker = model.capabilities?.includes("rerank");
  return [
    ...(inputs.includes("image") ? [/** @type {["eye", string]} */ (["eye", "reads pictures"])] : []),
    ...(inputs.includes("audio") ? [/** @type {["sound", string]} */ (["sound", "hears sound"])] : []),
    ...(model.gguf && !canChat(model) ? [/** @type {["search", string]} */ (["search", isRanker ? "ranks texts" : "embeds texts"])] : []),
  ];
}

export class ModelRow {
  #shown = "";

  /** @param {import("./model-actions.js").Report} report @param {import("./transfers.js").Transfers} transfers */
  constructor(report, transfers) {
    this.transfers = transfers;
    this.actions = new ModelActions(report);
    this.link = h("a", { class: "model-name" });
    this.mark = h("span", { class: "model-mark-place" });
    this.more = h("span", { class: "model-more" });
    this.problem = h("span", { class: "model-problem" });
    this.dot = h("span", { class: "dot" });
    this.word = h("span");
    this.progress = h("progress", { max: "1" });
    this.detail = h("small", { class: "quiet-text" });
    /** @type {Record<string, HTMLTableCellElement>} */
    this.cells = Object.fromEntries(columns.map((column) => [column.name, h("td", { class: column.class ?? false, "data-title": column.title })]));
    this.cells.id = h("th", { scope: "row" }, h("div", { class: "model-line" }, this.mark, this.link, this.more, this.problem));
    fill(this.cells.state, h("div", { class: "model-state" }, this.dot, this.word, this.progress), this.detail);
    this.element = h("tr", {}, columns.map((column) => this.cells[column.name]), h("td", { class: "model-buttons" }, this.actions.element));
  }

  /** @param {Model} model @param {number} now in ms */
  update(model, now) {
    const shown = JSON.stringify([model.id, model.status, model.details, model.download, Math.floor(now / 10000)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const details = model.details ?? {};
    const state = stateOf(model);
    if (this.link.textContent !== model.id) fill(this.mark, modelMark(model.id));
    this.link.textContent = this.link.title = model.id;
    this.link.setAttribute("href", `#/models/${encodeURIComponent(model.id)}`);
    fill(this.more, kindsOf(model).map(([name, text]) => h("span", { class: "kind", title: text }, glyph(name), h("span", { class: "unseen" }, text))),
      [details.architecture, ...(model.source === "models_dir" ? [] : [sourceText(model)]), ...(model.tags ?? [])].filter(Boolean).map((word) => h("span", { class: "tag" }, word)));
    this.problem.hidden = state !== "failed";
    this.problem.textContent = this.problem.title = state === "failed" ? model.status.reason ?? "" : "";
    this.cells.parameters.textContent = parameters(details.parameters) || "–";
    this.cells.quantization.textContent = details.quantization ?? "–";
    this.dot.dataset.state = state;
    this.word.textContent = stateText(model);
    this.#showProgress(model, state, now);
    this.cells.bytes.textContent = isFigure(details.bytes) ? bytes(details.bytes) : "–";
    this.cells.context.textContent = isFigure(details.context_length) ? count(details.context_length) : "–";
    this.cells.used.textContent = (details.in_flight ?? 0) > 0 ? "in use" : details.last_used ? ago(details.last_used * 1000, now) : "–";
    this.cells.memory.textContent = details.memory_bytes ? bytes(details.memory_bytes) : "–";
    this.actions.update(model);
  }

  /** @param {Model} model @param {string} state @param {number} now in ms */
  #showProgress(model, state, now) {
    const isMoving = state === "loading" || state === "downloading";
    this.progress.hidden = !isMoving;
    this.detail.hidden = state !== "downloading";
    if (!isMoving) return this.transfers.forget(model.id);
    const part = model.status.progress;
    if (isFigure(part) && part > 0) this.progress.value = part;
    else this.progress.removeAttribute("value");
    this.progress.setAttribute("aria-label", `${state === "loading" ? "Loading" : "Downloading"} ${model.id}`);
    if (state !== "downloading") return;
    const { done, total } = amounts(model);
    const rate = this.transfers.rate(model.id, done, now);
    const parts = [Number.isFinite(done) && Number.isFinite(total) ? `${bytes(done)} of ${bytes(total)}` : ""];
    if (rate > 0) parts.push(`${bytes(rate)}/s`, `${duration(Math.ceil((total - done) / rate) * 1000)} left`);
    this.detail.textContent = parts.filter(Boolean).join(" · ");
  }
}
