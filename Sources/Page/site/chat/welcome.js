// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { canDownload, downloads, picks } from "../core/downloads.js";
import { fill, glyph, h } from "../core/dom.js";
import { bytes } from "../core/format.js";
import { models } from "../core/models.js";
import { sentence } from "./message-view.js";

/**
 * What stands where a chat has no messages yet.
 * @param {string} model the one that will answer; empty if there is none
 */
function welcome(model) {
  const text = model ? readsOf(model) : h("p", {}, models.isKnown ? "This server has no models yet." : "Looking for models…");
  const element = h("div", { class: "empty welcome" }, h("h2", {}, "What shall we talk about?"), text);
  if (!model && models.isKnown) canDownload().then(async (can) => { if (can) element.append(...firstModels(await picks())); });
  return element;
}

/**
 * What a model reads beside text; nothing is said of text alone.
 * @param {string} name
 */
function readsOf(name) {
  const inputs = models.get(name)?.architecture?.input_modalities ?? [];
  const words = [inputs.includes("image") ? "pictures" : "", inputs.includes("audio") ? "sound" : ""].filter(Boolean);
  return words.length ? h("p", {}, `This model reads ${words.join(" and ")}, too.`) : null;
}

/** What a chat without messages shows; made again only when it says something else. */
export class Welcome {
  #shown = { model: "", isKnown: false, element: h("div") };

  /** @param {string} model */
  for(model) {
    const { isKnown } = models;
    if (!this.#shown.element.hasChildNodes() || this.#shown.model !== model || this.#shown.isKnown !== isKnown) {
      this.#shown = { model, isKnown, element: welcome(model) };
    }
    return this.#shown.element;
  }
}

/**
 * Ways to a first model.
 * @param {import("../core/downloads.js").SuggestedModel[]} suggested those that suit the server's machine
 */
function firstModels(suggested) {
  const state = h("p", { role: "status", class: "quiet-text" });
  const rows = suggested.map((each, index) => {
    /** @type {HTMLButtonElement} */
    const get = h("button", { type: "button", class: index === 0 ? "primary" : "", onclick: async () => {
      get.disabled = true;
      state.textContent = "Asking the hub…";
      try {
        await downloads.begin(each.model);
        state.textContent = "It is being downloaded. Write already: your message is sent as soon as the model is there.";
      } catch (error) {
        get.disabled = false;
        const { message, advice } = problemOf(error);
        fill(state, sentence(message), " ", advice);
      }
    } }, glyph("download"), `Download ${each.name}`);
    return h("li", {}, get, h("span", { class: "quiet-text" }, `${bytes(each.bytes)}: ${each.purpose}`));
  });
  return [
    ...(rows.length > 0 ? [h("ul", { class: "first-models" }, rows)] : []),
    h("p", { class: "quiet-text" }, rows.length > 0 ? "These fit the server's memory. " : "", h("a", { href: "#/models" }, "Choose another one"),
      ", or put GGUF files into a folder and start the server with ", h("code", {}, "--models-dir"), "."),
    state,
  ];
}
