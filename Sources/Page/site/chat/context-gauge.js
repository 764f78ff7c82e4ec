// SPDX-License-Identifier: MIT

import { fill, h, svg } from "../core/dom.js";
import { count, percent, plural } from "../core/format.js";
import { contextUse } from "./context-use.js";

/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("../core/models.js").Model} Model */

/**
 * Shows in an element how full the context is: a ring as soon as it is known, with its figure once that matters.
 * @param {HTMLElement} element
 * @param {Message[]} thread
 * @param {Model | undefined} model
 */
export function showGauge(element, thread, model) {
  const use = contextUse(thread, model);
  element.hidden = !use;
  if (!use) return;
  element.classList.toggle("full", use.isFull);
  const text = `${count(use.used)} of ${plural(use.size, "token")} of the context${use.isFull ? ": nearly full" : ""}`;
  if (element.title === text) return;
  element.title = text;
  const ring = { cx: 10, cy: 10, r: 7.5, pathLength: 100 };
  fill(element, svg("svg", { class: "ring", viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("circle", { class: "ring-all", ...ring }),
    svg("circle", { class: "ring-used", ...ring, "stroke-dasharray": `${Math.min(100, Math.max(2, use.part * 100))} 100` })),
  use.isTold ? h("span", { "aria-hidden": "true" }, percent(use.part)) : null, h("span", { class: "unseen" }, text));
}
