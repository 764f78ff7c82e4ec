// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { ask, textOf } from "../core/dialog.js";
import { h } from "../core/dom.js";
import { setting } from "../core/store.js";
import { samplingFields } from "./request.js";

/**
 * Asks for a conversation's system prompt and sampling. Changes it and returns true, unless the dialog was left.
 * @param {{system: string, settings: Record<string, string>}} conversation
 */
export async function askForSettings(conversation) {
  const { settings } = conversation;
  const fields = samplingFields.map(({ name, label, kind, hint, options, ...limits }) => {
    const value = settings[name] ?? "";
    const input = kind === "choice" ? h("select", { name }, (options ?? []).map(([option, text]) => h("option", { value: option, selected: option === value }, text)))
      : kind === "lines" ? h("textarea", { name, rows: 2, value })
      : h("input", { name, type: "number", inputmode: "decimal", value, placeholder: hint, ...limits });
    return h("label", { class: `field ${kind === "lines" ? "wide" : ""}` }, label, input);
  });
  /** @param {string} name @param {string} label @param {string} hint @param {string} placeholder */
  const json = (name, label, hint, placeholder) => {
    /** @type {HTMLTextAreaElement} */
    const field = h("textarea", { name, rows: 3, value: settings[name] ?? "", placeholder, spellcheck: "false", class: "json" });
    field.addEventListener("input", () => field.setCustomValidity(problem(field.value, name)));
    return h("label", { class: "field wide" }, label, field, h("small", {}, hint));
  };
  const form = await ask({
    title: "Settings of this chat", action: "Save", class: "settings",
    content: [
      h("label", { class: "field" }, "System prompt", h("textarea", { name: "system", rows: 4, value: conversation.system, placeholder: "How the model should behave" })),
      h("fieldset", {}, h("legend", {}, "Sampling"), h("p", { class: "quiet-text" }, "What is empty is left to the server."), h("div", { class: "settings-grid" }, fields)),
      h("details", {}, h("summary", {}, "Tools and other fields"), h("div", { class: "settings-grid" },
        json("tools", "Tools", "An array of OpenAI's tools. Calls are shown; you give the results.", '[{"type": "function", "function": {"name": "…"}}]'),
        json("more", "More fields of the request", "A JSON object; see the API's list.", '{"dry_multiplier": 0.8}'))),
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "defaults" }), "Also for new chats"),
    ],
  });
  if (!form) return false;
  conversation.system = textOf(form, "system") ?? "";
  conversation.settings = {};
  for (const name of [...samplingFields.map((field) => field.name), "tools", "more"]) {
    const value = textOf(form, name) ?? "";
    if (value !== "") conversation.settings[name] = value;
  }
  if (form.get("defaults")) setting.set("defaults", { system: conversation.system, settings: conversation.settings });
  return true;
}

/** @param {string} text @param {string} name */
function problem(text, name) {
  if (!text.trim()) return "";
  try {
    const value = JSON.parse(text);
    if (name === "tools") return Array.isArray(value) ? "" : "This must be a JSON array.";
    return value && typeof value === "object" && !Array.isArray(value) ? "" : "This must be a JSON object.";
  } catch (error) { return `This isn't JSON yet: ${problemOf(error).message}`; }
}
