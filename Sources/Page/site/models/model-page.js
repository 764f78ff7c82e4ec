// SPDX-License-Identifier: MIT
// All about one model.

import { json } from "../core/api.js";
import { copyText } from "../core/clipboard.js";
import { fill, glyph, h } from "../core/dom.js";
import { ago, bytes, count, duration, isFigure } from "../core/format.js";
import { models, stateOf, stateText } from "../core/models.js";
import { advice } from "./advice.js";
import { LogBox } from "./log-box.js";
import { isUnusable, ModelActions } from "./model-actions.js";
import { parameters, sourceText } from "./model-row.js";

/** @typedef {import("../core/models.js").Model} Model */
/** @typedef {import("../../types/api").ModelDetails} ModelDetails */
/** @typedef {import("../../types/answers").ModelInspection} ModelInspection */
/** @typedef {import("../../types/page").Child} Child */

export class ModelPage {
  #name = "";
  /** @type {ModelInspection | null} */
  #facts = null;
  #state = "";
  #hasLog = false;

  /** @param {import("./model-actions.js").Report} report */
  constructor(report) {
    this.actions = new ModelActions(report, { withWords: true });
    this.title = h("h1");
    this.dot = h("span", { class: "dot" });
    this.word = h("span", { role: "status" });
    this.progress = h("progress", { max: "1", "aria-label": "Progress" });
    this.failure = h("div", { class: "notice bad" });
    this.list = h("dl", { class: "facts" });
    this.log = new LogBox();
    this.preset = h("pre", { class: "text", tabindex: "0", "aria-label": "Preset" });
    this.template = h("pre", { class: "text", tabindex: "0", "aria-label": "Chat template" });
    this.metadata = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Metadata" });
    /** @param {string} what @param {HTMLElement} element */
    const copy = (what, element) => h("button", {
      type: "button", class: "quiet small", onclick: () => copyText(element.textContent ?? ""),
    }, glyph("copy"), `Copy the ${what}`);
    /** @param {string} title @param {...Child} content */
    const part = (title, ...content) => h("details", { class: "part" }, h("summary", {}, h("h2", {}, title)), content);
    this.logPart = h("section", { class: "card", "aria-labelledby": "model-log" }, h("h2", { id: "model-log" }, "Log"), this.log.element);
    this.presetPart = part("Preset", h("p", { class: "quiet-text" }, "All options that hold for this model, as a section of a preset file."), this.preset, copy("preset", this.preset));
    this.presetPart.open = true;
    this.templatePart = part("Chat template", this.template, copy("template", this.template));
    this.metadataPart = part("Metadata of the file", this.metadata);
    this.element = h("div", { class: "page-inner" },
      h("a", { class: "back", href: "#/models" }, glyph("left"), "All models"),
      h("div", { class: "page-head" }, this.title, h("span", { class: "model-state" }, this.dot, this.word), h("span", { class: "spread" }), this.actions.element),
      this.progress, this.failure, this.card = h("section", { class: "card", "aria-label": "Facts" }, this.list),
      this.logPart, this.presetPart, this.templatePart, this.metadataPart);
  }

  /**
   * Shows another model.
   * @param {string} name
   */
  open(name) {
    if (this.#name !== name) {
      this.#facts = null;
      this.#state = "";
      fill(this.list);
    }
    this.#name = name;
    this.#hasLog = false;
    this.log.close();
    this.update();
  }

  close() {
    this.#hasLog = false;
    this.log.close();
  }

  get name() { return this.#name; }

  /** What the list says has changed. */
  update() {
    const model = models.get(this.#name);
    this.title.textContent = model?.id ?? this.#name;
    this.actions.element.hidden = !model;
    const state = stateOf(model);
    this.dot.dataset.state = state;
    this.word.textContent = models.isKnown ? stateText(model) : "";
    this.progress.hidden = state !== "loading" && state !== "downloading";
    const progress = model?.status.progress ?? 0;
    if (progress > 0) this.progress.value = progress; else this.progress.removeAttribute("value");
    this.#showFailure(model, state);
    // Of a model that isn't there, there is nothing to show.
    this.card.hidden = this.presetPart.hidden = !model;
    if (!model) return void (this.logPart.hidden = this.templatePart.hidden = this.metadataPart.hidden = true);
    this.actions.update(model);
    this.logPart.hidden = isUnusable(model);
    if (!this.#hasLog && !this.logPart.hidden) this.log.open(model.id);
    this.#hasLog ||= !this.logPart.hidden;
    this.#showFacts(model);
    // What a load measured, or a download brought, isn't in the list.
    const key = `${state} ${model.status.preset}`;
    if (key !== this.#state) {
      this.#state = key;
      this.#read();
    }
  }

  /** @param {Model | undefined} model @param {string} state */
  #showFailure(model, state) {
    this.failure.hidden = state !== "failed" && state !== "missing";
    if (this.failure.hidden) return;
    if (!model) {
      this.failure.hidden = !models.isKnown;
      return void fill(this.failure, h("p", {}, `There is no model '${this.#name}': it may have been deleted, or its file moved.`));
    }
    const { reason = "", retry_at: retryAt } = model.status;
    const wait = retryAt ? retryAt * 1000 - Date.now() : 0;
    fill(this.failure, glyph("warning"),
      h("p", {}, h("strong", {}, isUnusable(model) ? "It can't be loaded: " : "It didn't load: "), reason, reason.endsWith(".") ? " " : ". ", advice(reason),
        wait > 2000 ? ` Requests try it again in ${duration(wait)}.` : ""));
  }

  async #read() {
    const name = this.#name;
    try {
      const facts = /** @type {ModelInspection} */ (await json(`models/${encodeURIComponent(name)}`));
      if (name !== this.#name) return;
      this.#facts = facts;
      this.#showFile(facts);
    } catch {
      // The list tells already what is wrong.
      return;
    }
    const model = models.get(name);
    if (model) this.#showFacts(model);
  }

  /** @param {ModelInspection} facts */
  #showFile({ preset, chat_template: template, metadata }) {
    this.preset.textContent = (preset ?? "").trim();
    this.templatePart.hidden = !template;
    this.template.textContent = template ?? "";
    this.metadataPart.hidden = !metadata;
    fill(this.metadata, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "Value"))),
      h("tbody", {}, Object.entries(metadata ?? {}).map(([key, value]) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, key)), h("td", {}, valueText(value)))))));
  }

  /** @param {Model} model */
  #showFacts(model) {
    const details = model.details ?? {};
    const canServe = !isUnusable(model);
    const { in_flight: inFlight = 0, waiting = 0 } = details;
    /** @type {[string, Child][]} */
    const rows = [
      ["Size", isFigure(details.bytes) && bytes(details.bytes)],
      ["Quantisation", details.quantization],
      ["Parameters", parameters(details.parameters)],
      ["Architecture", details.architecture],
      ["Context", contextText(details)],
      ["Input", (details.modalities ?? []).join(", ")],
      ["Memory", memoryText(details, this.#facts?.memory_estimate)],
      ["A load now", outlookText(this.#facts?.memory_outlook)],
      ["Last load took", details.load_seconds && duration(details.load_seconds * 1000)],
      ["Requests", canServe && (inFlight || waiting ? `${inFlight} running, ${waiting} waiting` : "none")],
      ["Last used", canServe && (inFlight > 0 ? "in use now" : details.last_used ? ago(details.last_used * 1000) : "not since the server began")],
      ["Stays loaded", canServe && (details.pinned ? "pinned: it makes room for no other" : details.ttl ? `until it was idle for ${duration(details.ttl * 1000)}` : "until another model needs the room")],
      ["From", details.repo ? `${details.repo} (${sourceText(model)})` : sourceText(model)],
      ["File", details.path && h("code", {}, details.path)],
      ["Other names", (model.aliases ?? []).filter((name) => name !== model.id).join(", ")],
    ];
    fill(this.list, rows.filter(([, value]) => value).map(([name, value]) => h("div", { class: long.has(name) && "long" }, h("dt", {}, name), h("dd", {}, value))));
  }
}

/** Facts that take a line of their own on a narrow screen. */
const long = new Set(["Memory", "A load now", "Stays loaded", "From", "File", "Other names"]);

/** @param {ModelDetails} details */
function contextText({ context_length: trained, context_size: size }) {
  if (!isFigure(trained)) return "";
  return `${count(trained)} tokens${size && size !== trained ? `, loaded with ${count(size)}` : ""}`;
}

/** @param {ModelDetails} details @param {import("../../types/answers").MemoryEstimate | null | undefined} estimate */
function memoryText({ memory_bytes: measured }, estimate) {
  if (!estimate) return measured ? bytes(measured) : "";
  /** @type {[string, number][]} */
  const amounts = [["weights", estimate.weights_bytes], ["context", estimate.context_bytes], ["compute", estimate.compute_bytes]];
  const parts = amounts.filter(([, value]) => value > 0).map(([name, value]) => `${name} ${bytes(value)}`).join(", ");
  const devices = (estimate.devices ?? []).filter((device) => device.bytes > 0);
  const places = devices.length > 1 ? `; ${devices.map((device) => `${device.name} ${bytes(device.bytes)}`).join(", ")}` : "";
  if (measured) return `${bytes(measured)} now (${parts}${places})`;
  if (estimate.basis === "header") return `about ${bytes(estimate.bytes)} when loaded (${parts})`;
  return `${bytes(estimate.bytes)} ${estimate.basis === "loaded" ? "when it was loaded last" : "when loaded"} (${parts}${places})`;
}

/**
 * What a load would mean now.
 * @param {import("../../types/answers").MemoryOutlook | null | undefined} found
 */
function outlookText(found) {
  const names = (found?.leaving ?? []).join(", ");
  switch (found?.outlook) {
    case "fits": return "fits beside what is loaded";
    case "evicts": return `makes room: ${names} would leave`;
    case "pinned": return "has no room beside pinned models";
    case "too_large": return `is larger than the device and would be made to fit${names ? `; ${names} would leave` : ""}`;
    default: return "";
  }
}

/** @param {unknown} value of the metadata: a long array comes as its first elements and its length */
function valueText(value) {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const { first = [], length = 0 } = /** @type {{first?: unknown[], length?: number}} */ (value);
    return `${first.map(String).join(", ")}… (${count(length)} in all)`;
  }
  return Array.isArray(value) ? value.join(", ") : String(value);
}
