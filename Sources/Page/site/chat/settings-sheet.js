// SPDX-License-Identifier: MIT

import { toast } from "../core/dialog.js";
import { fill, h, iconButton } from "../core/dom.js";
import { setting } from "../core/store.js";
import { defaultsOf } from "./model-defaults.js";
import { samplingFields } from "./sampling-fields.js";
import { jsonRow, settingRow } from "./setting-rows.js";

/** @typedef {{system: string, settings: Record<string, string>}} Settings */
/** @typedef {"prompt" | "sampling" | "limits" | "tools" | "advanced"} Section */

const words = {
  title: "Chat settings",
  close: "Close the settings",
  system: "System prompt",
  systemHint: "How the model should behave",
  prompt: "Prompt", sampling: "Sampling", limits: "Limits", tools: "Tools", advanced: "Advanced",
  toolsLabel: "Tools as JSON",
  toolsHint: "An array of OpenAI's tools. Calls are shown in the chat.",
  more: "Custom JSON",
  moreHint: "A JSON object with any other fields of a request.",
  keep: "Use for new chats",
  kept: "New chats begin with these settings.",
  reset: "Reset all",
};

/** The settings of a chat beside it. What one changes holds at once; `change` tells of it. */
export class SettingsSheet extends HTMLElement {
  /** @type {Settings} */
  #target = { system: "", settings: {} };
  #model = "";
  /** @type {HTMLElement | null} */
  #opener = null;
  /** @type {Map<string, HTMLDetailsElement>} */
  #sections = new Map();

  constructor() {
    super();
    /** @param {string} name @param {string} value */
    const change = (name, value) => {
      if (value === "") delete this.#target.settings[name];
      else this.#target.settings[name] = value;
      this.#tell();
    };
    this.heading = h("h2", { id: "settings-title" });
    this.system = h("textarea", { name: "system", rows: 5, placeholder: words.systemHint, oninput: () => { this.#target.system = this.system.value; this.#tell(); } });
    const rows = samplingFields.map((field) => ({ section: field.section, row: settingRow(field, change) }));
    const tools = jsonRow({ name: "tools", label: words.toolsLabel, hint: words.toolsHint, placeholder: '[{"type": "function", "function": {"name": "…"}}]', isArray: true }, change);
    const more = jsonRow({ name: "more", label: words.more, hint: words.moreHint, placeholder: '{"dry_multiplier": 0.8}', isArray: false }, change);
    this.rows = [...rows.map(({ row }) => row), tools, more];
    /** @param {Section} name @param {boolean} isOpen @param {HTMLElement[]} content */
    const section = (name, isOpen, content) => {
      const element = h("details", { class: "sheet-section", open: isOpen }, h("summary", {}, words[name]), h("div", {}, content));
      this.#sections.set(name, element);
      return element;
    };
    /** @param {Section} name */
    const of = (name) => rows.filter((each) => each.section === name).map(({ row }) => row.element);
    this.content = [
      h("div", { class: "sheet-head" }, this.heading, iconButton("close", words.close, () => this.close())),
      h("div", { class: "sheet-body", tabindex: "0", role: "group", "aria-labelledby": "settings-title" },
        section("prompt", true, [h("label", { class: "field setting" }, words.system, this.system), ...of("prompt")]),
        section("sampling", true, of("sampling")), section("limits", true, of("limits")),
        section("tools", false, [tools.element]), section("advanced", false, [more.element])),
      h("div", { class: "sheet-foot" }, h("button", { type: "button", class: "small quiet", onclick: () => this.#reset() }, words.reset),
        h("button", { type: "button", class: "small", onclick: () => this.#keep() }, words.keep)),
    ];
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  connectedCallback() {
    if (this.heading.isConnected) return;
    this.hidden = true;
    this.classList.add("sheet");
    this.setAttribute("role", "dialog");
    this.setAttribute("aria-labelledby", "settings-title");
    fill(this, this.content);
  }

  /**
   * Shows settings; those of another chat when they are shown already.
   * @param {Settings} target is changed
   * @param {string} model whose defaults are shown
   */
  open(target, model, title = words.title) {
    if (this.hidden) this.#opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.heading.textContent = title;
    this.hidden = false;
    this.#show(target, model);
  }

  /**
   * Puts the focus into it.
   * @param {Section} [section] the one to open; by default the first one
   */
  enter(section) {
    const element = this.#sections.get(section ?? "prompt");
    if (!element) return;
    element.open = true;
    element.scrollIntoView({ block: "nearest" });
    element.querySelector("textarea")?.focus();
  }

  /** @param {Settings} target @param {string} model */
  #show(target, model) {
    const isOther = this.#target !== target;
    this.#target = target;
    if (isOther) this.#fill();
    if (this.#model !== model || isOther) this.showDefaults(model);
  }

  #fill() {
    this.system.value = this.#target.system;
    for (const row of this.rows) row.show(this.#target.settings[row.name] ?? "");
  }

  /**
   * Marks what holds for a model where nothing is set.
   * @param {string} model
   */
  async showDefaults(model) {
    this.#model = model;
    if (this.hidden) return;
    const { sampling } = await defaultsOf(model);
    if (this.#model === model) for (const row of this.rows) row.showDefault(sampling.get(row.name));
  }

  close() {
    this.hidden = true;
    this.dispatchEvent(new Event("close"));
    this.#opener?.focus();
  }

  #reset() {
    this.#target.system = "";
    for (const name of Object.keys(this.#target.settings)) delete this.#target.settings[name];
    this.#fill();
    this.#tell();
  }

  #keep() {
    setting.set("defaults", { system: this.#target.system, settings: this.#target.settings });
    toast(words.kept);
  }

  #tell() { this.dispatchEvent(new Event("change")); }
}

customElements.define("eh-settings", SettingsSheet);
