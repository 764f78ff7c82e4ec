// SPDX-License-Identifier: MIT
// Ways to begin, below the field of a chat without messages.

import { fill, glyph, h } from "../core/dom.js";
import { modelMark } from "../core/model-mark.js";
import { canChat, models, stateOf } from "../core/models.js";

/** @typedef {{glyph: import("../core/dom.js").Glyph, title: string, text: string, wantsFile?: boolean, suits?: (model: import("../core/models.js").Model) => boolean}} Starter */

/** @param {string} kind @returns {(model: import("../core/models.js").Model) => boolean} */
const takes = (kind) => (model) => model.architecture?.input_modalities?.includes(kind) ?? false;
/** @param {import("../core/models.js").Model} model */
const talks = (model) => model.gguf?.has_chat_template !== false;

/** @type {Starter[]} the more special ones first: four are shown */
const starters = [
  { glyph: "eye", title: "Describe a picture", text: "Describe this picture.", wantsFile: true, suits: takes("image") },
  { glyph: "sound", title: "Write down a recording", text: "Write down what is said here.", wantsFile: true, suits: takes("audio") },
  { glyph: "edit", title: "Tell a story", text: "Once upon a time, ", suits: (model) => !talks(model) },
  { glyph: "bulb", title: "Explain something", text: "Explain in plain words, with an example: ", suits: talks },
  { glyph: "code", title: "Write code", text: "Write a function that ", suits: talks },
  { glyph: "edit", title: "Draft a text", text: "Write a short, friendly message that ", suits: talks },
  { glyph: "log", title: "Sum up a file", text: "Sum this up in five points.", wantsFile: true, suits: talks },
];
const shown = 4;
const recent = { label: "Recent models", most: 4 };

export class Starters {
  element = h("div", { class: "starters", hidden: true });
  #shown = "";

  /** @param {{suggest: (text: string, wantsFile: boolean) => void, pick: (name: string) => void}} run */
  constructor(run) { this.run = run; }

  /** @param {string | null} name the model that would answer; null where a chat has begun */
  show(name) {
    const model = name ? models.get(name) : undefined;
    this.element.hidden = !model;
    if (!model) return;
    const ways = starters.filter((starter) => starter.suits?.(model) ?? true).slice(0, shown);
    const others = recentModels(model.id);
    const state = JSON.stringify([ways.map(({ title }) => title), others.map((other) => [other.id, stateOf(other)])]);
    if (state === this.#shown) return;
    this.#shown = state;
    fill(this.element,
      h("div", { class: "starter-cards" }, ways.map((way) => h("button", { type: "button", class: "starter", onclick: () => this.run.suggest(way.text, Boolean(way.wantsFile)) },
        glyph(way.glyph), way.title))),
      others.length ? h("div", { class: "recent-models", role: "group", "aria-label": recent.label }, others.map((other) => (
        h("button", { type: "button", class: "small chip", onclick: () => this.run.pick(other.id) }, modelMark(other.id), h("span", { class: "chip-name" }, other.id),
          h("span", { class: "dot", "data-state": stateOf(other) }))))) : null);
  }
}

/**
 * Those to change to at once: loaded, or used since the server began.
 * @param {string} but the one that is chosen
 */
function recentModels(but) {
  const isLoaded = (/** @type {import("../core/models.js").Model} */ model) => ["loaded", "sleeping"].includes(stateOf(model));
  return models.list.filter((model) => model.id !== but && canChat(model) && (isLoaded(model) || model.details?.last_used))
    .sort((one, other) => Number(isLoaded(other)) - Number(isLoaded(one)) || (other.details?.last_used ?? 0) - (one.details?.last_used ?? 0)).slice(0, recent.most);
}
