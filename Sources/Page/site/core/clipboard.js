// SPDX-License-Identifier: MIT

import { toast } from "./dialog.js";
import { h } from "./dom.js";

/**
 * Copies a text, and says so.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyByHand(text);
    toast("Copied");
  } catch {
    toast("The browser did not let the page copy this.");
  }
}

/**
 * Where the clipboard's own interface isn't: on plain HTTP from another machine.
 * @param {string} text
 */
function copyByHand(text) {
  const field = h("textarea", { class: "unseen", "aria-hidden": "true" });
  field.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
}
