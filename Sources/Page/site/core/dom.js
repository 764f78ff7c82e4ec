// SPDX-License-Identifier: MIT
// Elements by functions. Text is always text: nothing here makes markup of a string.

/** @typedef {import("../../types/page").Child} Child */
/** @typedef {import("../../types/page").ElementProperties} ElementProperties */

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {ElementProperties} properties `onclick: f` listens; `class`, `aria-…` and the like are attributes (true is an empty
 *   one, false and null are none); `value`, `checked`, `hidden`, `disabled` and such are set as properties.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...nodes(children));
  return element;
}

/**
 * Sets properties as `h` does.
 * @template {HTMLElement} Kind
 * @param {Kind} element
 * @param {ElementProperties} properties
 * @returns {Kind}
 */
export function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (plain.has(name)) Object.assign(element, { [name]: value });
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  return element;
}

const plain = new Set(["value", "checked", "hidden", "disabled", "open", "indeterminate", "selected", "textContent", "htmlFor"]);

/** @param {Child[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return Array.isArray(child) ? nodes(child) : [child instanceof Node ? child : String(child)];
  });
}

/**
 * Replaces what an element holds.
 * @template {Element} Kind
 * @param {Kind} element
 * @param {...Child} children
 * @returns {Kind}
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/**
 * The node where an event happened; null where it was no node (the window, say).
 * @param {Event} event
 */
export const nodeOf = ({ target }) => (target instanceof Node ? target : null);

/**
 * The element where an event happened; null where it was none (the document, say).
 * @param {Event} event
 */
export const elementOf = ({ target }) => (target instanceof Element ? target : null);

/**
 * Makes an element of SVG; its properties are attributes.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...nodes(children));
  return element;
}

/**
 * Gives an element the focus when its view is shown, unless one has put it somewhere already, or a keyboard would cover the screen.
 * @param {HTMLElement} element
 */
export function offerFocus(element) {
  const at = document.activeElement;
  const isFree = !at || at === document.body || at.matches(".side a");
  if (isFree && matchMedia("(pointer: fine)").matches) element.focus();
}

// Paths in a square of 24, drawn with a line.
const glyphs = {
  chat: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z",
  compare: "M4 5h6v14H4zM14 5h6v14h-6z",
  models: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  activity: "M3 12h4l3-7 4 14 3-7h4",
  panel: "M5 4.500h14a1.500 1.500 0 0 1 1.500 1.500v12a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 18V6A1.500 1.500 0 0 1 5 4.500zM9.500 4.500v15",
  theme: "M12 3a9 9 0 0 0 0 18zM12 3a9 9 0 0 1 0 18M12 8h5.500M12 12h8M12 16h5.500",
  eject: "M5 15.500h14L12 7zM5 19.500h14",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
  bulb: "M9 17.500h6M10 20.500h4M12 3.500a6 6 0 0 0-3.500 10.900c.600.400.900 1 .900 1.700v1.400h5.200v-1.400c0-.700.300-1.300.900-1.700A6 6 0 0 0 12 3.500z",
  eye: "M2.500 12s3.500-6.500 9.500-6.500 9.500 6.500 9.500 6.500-3.500 6.500-9.500 6.500S2.500 12 2.500 12zM12 14.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600z",
  sound: "M5 10v4M9 7v10M13 4v16M17 8v8M21 11v2",
  code: "M8.500 7l-5 5 5 5M15.500 7l5 5-5 5",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  again: "M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3M5 14a7.5 7.5 0 0 0 13 3",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  down: "M6 10l6 6 6-6",
  clip: "M19 11.5l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.3-7.2",
  tune: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
  power: "M12 4v8M7 6.5a7.5 7.5 0 1 0 10 0",
  pin: "M9 4h6l-1 7 3 3H7l3-3zM12 14v6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  log: "M6 4h12v16H6zM9 8h6M9 12h6M9 16h4",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
  help: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.4v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  key: "M14.5 12.5a4 4 0 1 0-3-3L4 17v3h3l1-1v-2h2v-2z",
  tool: "M14 6a4 4 0 0 1 5-1l-3 3 1 2 2 1 1.500-3.500a4 4 0 0 1-5.500 5L8 19.500a2 2 0 0 1-3-3L12 10a4 4 0 0 1 2-4z",
  thumb: "M7 11v9H4v-9zM7 11l4-7c1.500 0 2.500 1 2.500 2.500V10H19a1.800 1.800 0 0 1 1.700 2.300l-1.700 6A2.200 2.200 0 0 1 17 20H7",
};

/** @typedef {keyof typeof glyphs} Glyph */

/**
 * A small picture beside a text; by itself it says nothing to a screen reader.
 * @param {Glyph} name
 */
export function glyph(name) {
  return svg("svg", { class: "glyph", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: glyphs[name] }));
}

/**
 * A button that is a picture only.
 * @param {Glyph} name the picture's
 * @param {string} label what it does, for the tip and for screen readers
 * @param {(event: MouseEvent) => unknown} onclick
 * @param {ElementProperties & {class?: string}} properties
 */
export function iconButton(name, label, onclick, properties = {}) {
  const { class: more = "quiet", ...rest } = properties;
  return h("button", { type: "button", class: `icon ${more}`, title: label, "aria-label": label, onclick, ...rest }, glyph(name));
}
