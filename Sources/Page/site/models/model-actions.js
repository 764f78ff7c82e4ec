// SPDX-License-Identifier: MIT
// What a person can do to a model, as buttons.

import { json } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { fill, glyph, h, iconButton, set } from "../core/dom.js";
import { canChat, models, stateOf } from "../core/models.js";

/** @typedef {import("../core/models.js").Model} Model */
/** @typedef {(error: unknown, model?: Model) => void} Report Hears what went wrong, and with which model. */

/** @type {Set<string>} downloads that were stopped here: their end is no failure */
export const stopped = new Set();

/** @type {Record<string, [word: string | null, kind: string]>} the first button by the model's state */
const words = {
  loaded: ["Unload", ""], sleeping: ["Unload", ""], loading: ["Stop", ""], downloading: ["Stop", ""], downloaded: [null, ""],
  unloaded: ["Load", "primary"], failed: ["Try again", "primary"],
};

const begins = new Set(["Load", "Try again"]);

/** The buttons of one model. `update(model)` when something changed; `report(error, model)` hears what goes wrong. */
export class ModelActions {
  /** @type {Model | null} */
  #model = null;

  /** @param {Report} report @param {{withWords?: boolean}} options */
  constructor(report, { withWords = false } = {}) {
    this.report = report;
    this.withWords = withWords;
    this.word = "";
    this.main = h("button", { type: "button", class: "small", onclick: () => this.#act() });
    /**
     * @param {import("../core/dom.js").Glyph} name
     * @param {string} label
     * @param {() => unknown} run
     * @param {import("../core/dom.js").ElementProperties} properties
     */
    const say = (name, label, run, properties) => (withWords
      ? h("button", { type: "button", class: "small", onclick: run, ...properties }, glyph(name), label)
      : iconButton(name, label, run, { class: "quiet small", ...properties }));
    this.pin = say("pin", "Pin", () => this.#pin(), { "aria-pressed": "false" });
    this.remove = say("trash", "Delete", () => this.#remove(), { class: withWords ? "small danger" : "quiet small danger" });
    this.chat = h("a", { class: withWords ? "button small" : "button small icon" }, glyph("chat"), withWords ? "Chat" : null);
    // Nothing but another file helps: the model's page says what is wrong with this one.
    this.why = withWords ? null : h("a", { class: "button small" }, "Fix…");
    this.element = h("div", { class: "model-actions" }, withWords ? [this.main, this.chat] : [this.chat, this.main], this.why, this.pin, this.remove);
  }

  /** @param {Model} model */
  update(model) {
    this.#model = model;
    const state = stateOf(model);
    const [word, kind] = words[state] ?? [null, ""];
    const isHopeless = state === "failed" && isUnusable(model);
    this.main.hidden = word === null || isHopeless;
    if (word !== this.word) {
      this.word = word ?? "";
      // In a row the picture stands for the word, which is its name and its tip.
      fill(this.main, glyph(begins.has(this.word) ? "power" : this.word === "Stop" ? "stop" : "eject"), this.withWords ? this.word : null);
      this.main.title = this.word;
    }
    this.main.className = this.withWords ? `small ${kind}` : "quiet small icon main-action";
    if (this.why) {
      this.why.hidden = !isHopeless;
      set(this.why, { href: `#/models/${encodeURIComponent(model.id)}`, "aria-label": `Fix ${model.id}` });
    }
    set(this.main, { "aria-label": word && `${word}: ${model.id}` });
    this.chat.hidden = isHopeless || state === "downloading" || state === "downloaded" || !canChat(model);
    set(this.chat, { href: `#/chat/new/${encodeURIComponent(model.id)}`, "aria-label": `Chat with ${model.id}`, title: "Chat with it" });
    const isPinned = Boolean(model.details?.pinned);
    this.pin.hidden = isHopeless || state === "downloading" || state === "downloaded";
    set(this.pin, {
      "aria-pressed": String(isPinned), "aria-label": `Pin: ${model.id}`,
      title: isPinned ? "Pinned: it stays loaded and makes room for no other. Click to let it go" : "Pin: once loaded, it makes room for no other",
    });
    this.remove.hidden = !model.can_remove || state === "downloading";
    set(this.remove, { "aria-label": `Delete: ${model.id}` });
  }

  async #act() {
    const model = this.#model;
    if (!model) return;
    const isBeginning = begins.has(this.word);
    this.main.disabled = true;
    if (stateOf(model) === "downloading") stopped.add(model.id);
    try {
      await (isBeginning ? models.load(model.id) : models.unload(model.id));
      models.refresh();
    } catch (error) {
      this.report(error, model);
    } finally {
      this.main.disabled = false;
    }
  }

  async #pin() {
    const model = this.#model;
    if (!model) return;
    const pinned = !model.details?.pinned;
    try {
      await json("models/pin", { json: { model: model.id, pinned } });
      toast(pinned ? `${model.id} is pinned until the server ends.` : `${model.id} is no longer pinned.`);
      models.refresh();
    } catch (error) {
      this.report(error, model);
    }
  }

  async #remove() {
    const model = this.#model;
    if (!model) return;
    const sure = await confirm("Delete this model?", `The files of ${model.id} are removed from this server's disk. To have it again, it must be downloaded again.`, "Delete");
    if (!sure) return;
    try {
      await json(`models?model=${encodeURIComponent(model.id)}`, { method: "DELETE" });
      toast(`${model.id} was deleted.`);
      models.refresh();
    } catch (error) {
      this.report(error, model);
    }
  }
}

/**
 * Whether the file itself is at fault, so that no load was tried.
 * @param {Model} model
 */
export const isUnusable = (model) => Boolean(model.status.failed) && model.status.exit_code === undefined && !model.status.log;
