// SPDX-License-Identifier: MIT
// Keys, and the list of them.

import { ask } from "./dialog.js";
import { elementOf, h } from "./dom.js";

/** @typedef {{keys: string, what: string, run: (event: KeyboardEvent) => void, parts: string[]}} Shortcut */

/** @type {Shortcut[]} */
const all = [];

/**
 * Binds keys for as long as the page lives, or until `signal` is aborted.
 * @param {string} keys such as `Ctrl+Shift+O`, `Alt+1`, `?`; Ctrl is also the Mac's command key. A key alone is not heard while one types.
 * @param {string} what it does, for the list
 * @param {(event: KeyboardEvent) => void} run
 * @param {AbortSignal} [signal]
 */
export function shortcut(keys, what, run, signal) {
  const entry = { keys, what, run, parts: keys.toLowerCase().split("+") };
  all.push(entry);
  signal?.addEventListener("abort", () => all.splice(all.indexOf(entry), 1), { once: true });
}

/** @param {string[]} parts @param {KeyboardEvent} event */
function matches(parts, event) {
  const wants = (/** @type {string} */ name) => parts.includes(name);
  if (wants("ctrl") !== (event.ctrlKey || event.metaKey) || wants("alt") !== event.altKey) return false;
  const last = parts.at(-1) ?? "";
  if (last.length > 1 || /[a-z0-9]/.test(last)) {
    if (wants("shift") !== event.shiftKey) return false;
  }
  return event.key.toLowerCase() === last || event.code === (/^[0-9]$/.test(last) ? `Digit${last}` : `Key${last.toUpperCase()}`);
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const types = elementOf(event)?.closest("input, textarea, select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (types && plain && event.key !== "Escape") return;
  const found = all.findLast((entry) => matches(entry.parts, event));
  if (!found) return;
  event.preventDefault();
  found.run(event);
});

/** Shows all keys. */
export function showShortcuts() {
  const rows = [...all, ...fixed].map(({ keys, what }) => [
    h("dt", {}, keys.split("+").flatMap((key, index) => [index ? " + " : null, h("kbd", {}, key)])), h("dd", {}, what)]);
  return ask({ title: "Shortcuts", content: h("dl", { class: "shortcuts" }, rows), action: "Close", cancel: null });
}

const fixed = [
  { keys: "Enter", what: "Send the message" },
  { keys: "Shift+Enter", what: "A new line" },
];
