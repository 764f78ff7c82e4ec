// SPDX-License-Identifier: MIT
// Questions and short messages.

import { h } from "./dom.js";

/**
 * Shows a dialog with a form; resolves with the form's data, or null if it was left.
 * @param {{title: string, content?: import("../../types/page").Child, action?: string, danger?: boolean, cancel?: string | null, class?: string,
 *   check?: (form: FormData) => string | undefined}} options `check` says what is wrong with what was written; the dialog stays then
 * @returns {Promise<FormData | null>}
 */
export function ask({ title, content = [], action = "OK", danger = false, cancel = "Cancel", class: name = "", check }) {
  return new Promise((resolve) => {
    const heading = h("h2", { id: "dialog-title" }, title);
    const wrong = h("p", { class: "notice bad", role: "alert", hidden: true });
    // With a check, the page says itself what is missing, and not the browser.
    /** @type {HTMLFormElement} */
    const form = h("form", { method: "dialog", novalidate: check ? true : null }, heading, content, wrong, h("div", { class: "actions" },
      cancel === null ? null : h("button", { type: "button", onclick: () => dialog.close() }, cancel),
      h("button", { type: "submit", class: danger ? "danger" : "primary" }, action)));
    /** @type {HTMLDialogElement} */
    const dialog = h("dialog", { class: name, "aria-labelledby": "dialog-title" }, form);
    /** @type {FormData | null} */
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form);
      const problem = check?.(data);
      wrong.hidden = !problem;
      wrong.textContent = problem ?? "";
      if (problem) return void form.querySelector("input")?.focus();
      answer = data;
      dialog.close();
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Asks before something that can't be undone.
 * @param {string} title
 * @param {string} text
 * @param {string} action what is done, for the button
 */
export async function confirm(title, text, action) {
  return (await ask({ title, content: h("p", {}, text), action, danger: true })) !== null;
}

/**
 * Asks for one line of text; null if the question was left.
 * @param {string} title
 * @param {string} label
 */
export async function askForText(title, label, value = "", action = "Save") {
  const field = h("label", { class: "field" }, label, h("input", { name: "text", value, required: true, autocomplete: "off", autofocus: true }));
  return textOf(await ask({ title, content: field, action }), "text");
}

/**
 * A field of a form; null if its question was left.
 * @param {FormData | null} form
 * @param {string} name
 */
export function textOf(form, name) {
  const value = form?.get(name);
  return typeof value === "string" ? value : null;
}

/**
 * Asks for the API key; null if the question was left.
 * @param {boolean} wasWrong whether the server has refused one
 * @returns {Promise<{key: string, isKept: boolean} | null>}
 */
export async function askForKey(wasWrong) {
  const field = h("label", { class: "field" }, "API key",
    h("input", { name: "key", type: "password", required: true, autocomplete: "off", autofocus: true }),
    h("small", {}, "It is one of those that the server was started with (--api-key)."));
  const keep = h("label", { class: "check" }, h("input", { type: "checkbox", name: "keep" }), "Keep on this device");
  const form = await ask({
    title: "This server wants an API key", action: "Use this key",
    content: [wasWrong ? h("p", { class: "notice bad", role: "alert" }, "The server doesn't know that key.") : null, field, keep],
  });
  const key = textOf(form, "key");
  return key === null ? null : { key, isKept: form?.get("keep") === "on" };
}

/** Takes away what was said in passing: whoever goes elsewhere has seen it. */
export function hush() { document.querySelector(".toasts")?.replaceChildren(); }

/**
 * Says something in passing.
 * @param {string} text
 */
export function toast(text) {
  let area = document.querySelector(".toasts");
  if (!area) document.body.append(area = h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  const message = h("div", { class: "toast" }, text);
  area.append(message);
  while (area.children.length > 3) area.firstElementChild?.remove();
  setTimeout(() => message.remove(), 5000);
}
