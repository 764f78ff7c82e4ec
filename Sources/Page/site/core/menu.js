// SPDX-License-Identifier: MIT

import { glyph, h, iconButton, nodeOf } from "./dom.js";

/**
 * @typedef {{glyph: import("./dom.js").Glyph, text: string, danger?: boolean, isChosen?: boolean, run: () => void}} Item `isChosen`: one of several, of which
 *   one holds
 */

/**
 * A button that opens a short menu.
 * @param {string} label
 * @param {() => Item[]} items asked for when it opens
 * @param {import("./dom.js").ElementProperties & {class?: string, glyph?: import("./dom.js").Glyph}} properties the button's
 */
export function menuButton(label, items, { glyph: name = "more", ...properties } = {}) {
  /** @type {HTMLButtonElement} */
  const button = iconButton(name, label, () => open(button, items()), { "aria-haspopup": "menu", "aria-expanded": "false", ...properties });
  return button;
}

/** @param {HTMLButtonElement} button @param {Item[]} items */
function open(button, items) {
  const leaving = new AbortController();
  /** @type {HTMLElement[]} */
  const buttons = items.map((item) => h("button", {
    type: "button", role: item.isChosen === undefined ? "menuitem" : "menuitemradio", "aria-checked": item.isChosen === undefined ? null : String(item.isChosen),
    tabindex: "-1", class: `quiet ${item.danger ? "danger" : ""}`,
    onclick: () => { close(); item.run(); },
  }, glyph(item.glyph), item.text, item.isChosen ? h("span", { class: "menu-chosen" }, glyph("check")) : null));
  const menu = h("div", { class: "menu", role: "menu" }, buttons);
  const close = () => {
    leaving.abort();
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  (button.closest("dialog, main, aside") ?? document.body).append(menu);
  button.setAttribute("aria-expanded", "true");
  const at = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
  const below = at.bottom + 4;
  menu.style.top = `${below + menu.offsetHeight > innerHeight - 8 ? Math.max(8, at.top - menu.offsetHeight - 4) : below}px`;
  buttons[0]?.focus();
  menu.addEventListener("keydown", (event) => {
    const place = buttons.findIndex((item) => item === document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next !== undefined) buttons.at(next % buttons.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("pointerdown", (event) => { if (!menu.contains(nodeOf(event))) close(); }, { capture: true, signal: leaving.signal });
  // Only where the button moves from under its menu: an answer that is being written scrolls all the time.
  addEventListener("scroll", (event) => { if (nodeOf(event)?.contains(button)) close(); }, { capture: true, signal: leaving.signal });
}
