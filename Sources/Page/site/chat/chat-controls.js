// SPDX-License-Identifier: MIT

import { glyph, h, iconButton } from "../core/dom.js";
import { showGauge } from "./context-gauge.js";
import { defaultsOf } from "./model-defaults.js";

/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("../core/models.js").Model} Model */

const words = {
  thinking: "Thinking",
  thinks: "The model thinks before it answers. Click to turn it off.",
  answers: "The model answers at once. Click to let it think first.",
  tools: "Tools",
  toolsTip: "The tools that the model may call",
  settings: "Chat settings",
};

/** What stands below the text that one writes: the model, thinking, tools, the context, the settings. */
export class ChatControls {
  #model = "";
  /** @type {boolean | null} */
  #canThink = null;
  /** @type {Conversation | null} */
  #conversation = null;

  /**
   * @param {import("../core/model-picker.js").ModelPicker} picker
   * @param {{change: () => void, open: (section?: import("./settings-sheet.js").Section) => void}} run `change`: a setting has changed;
   *   `open` shows the settings
   */
  constructor(picker, { change, open }) {
    this.think = h("button", { type: "button", class: "quiet small pill think", hidden: true, onclick: () => {
      if (!this.#conversation) return;
      this.#conversation.settings.enable_thinking = String(!this.#isThinking);
      this.#draw();
      change();
    } }, glyph("bulb"), h("span", {}, words.thinking));
    this.toolCount = h("span");
    this.tools = h("button", { type: "button", class: "quiet small pill tools", title: words.toolsTip, onclick: () => open("tools") }, glyph("tool"), this.toolCount);
    this.gauge = h("div", { class: "gauge", hidden: true });
    this.tune = iconButton("tune", words.settings, () => open(), { class: "quiet tune", "aria-haspopup": "dialog" });
    this.lead = [picker, this.think, this.tools];
    this.trail = [this.gauge, this.tune];
  }

  get #isThinking() { return this.#conversation?.settings.enable_thinking !== "false"; }

  /** @param {Conversation} conversation @param {Message[]} thread @param {Model | undefined} model */
  update(conversation, thread, model) {
    this.#conversation = conversation;
    showGauge(this.gauge, thread, model);
    const key = `${model?.id} ${model?.status.value}`;
    if (key !== this.#model) {
      this.#model = key;
      this.#ask(conversation.model, key);
    }
    this.#draw();
  }

  /** @param {string} name @param {string} key */
  async #ask(name, key) {
    const { canThink } = await defaultsOf(name);
    if (key !== this.#model) return;
    this.#canThink = canThink;
    this.#draw();
  }

  #draw() {
    const { settings = {}, system = "" } = this.#conversation ?? {};
    this.think.hidden = !this.#canThink && !settings.enable_thinking;
    this.think.setAttribute("aria-pressed", String(this.#isThinking));
    this.think.title = this.#isThinking ? words.thinks : words.answers;
    const count = countOf(settings.tools);
    this.toolCount.textContent = count ? `${words.tools} ${count}` : words.tools;
    this.tools.classList.toggle("is-on", count > 0);
    this.tune.classList.toggle("is-on", Boolean(system.trim()) || Object.keys(settings).some((name) => !["enable_thinking", "tools"].includes(name)));
  }
}

/** @param {string | undefined} tools as JSON */
function countOf(tools) {
  try { return tools ? JSON.parse(tools).length : 0; } catch { return 0; }
}
