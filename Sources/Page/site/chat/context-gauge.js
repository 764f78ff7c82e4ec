// SPDX-License-Identifier: MIT

import { fill, h } from "../core/dom.js";
import { count, plural } from "../core/format.js";
import { contextUse } from "./context-use.js";

/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("../core/models.js").Model} Model */

/**
 * Shows in an element how full the context is, once that matters.
 * @param {HTMLElement} element
 * @param {Message[]} thread
 * @param {Model | undefined} model
 */
export function showGauge(element, thread, model) {
  const use = contextUse(thread, model);
  element.hidden = !use?.isTold;
  if (!use?.isTold) return;
  element.classList.toggle("full", use.isFull);
  fill(element, h("meter", { "aria-label": "Context in use", min: "0", max: String(use.size), value: use.used }),
    h("span", {}, `${count(use.used)} of ${plural(use.size, "token")} of the context`,
      use.isFull ? ": nearly full" : ""));
}
