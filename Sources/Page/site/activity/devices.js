// SPDX-License-Identifier: MIT
// Who has what of each device's memory: a bar and its figures for each.

import { fill, h, svg } from "../core/dom.js";
import { bytes } from "../core/format.js";

/** @typedef {import("../../types/api").Device} Device */

/** @type {["models_bytes" | "other_bytes" | "free_bytes", string, string][]} */
const kinds = [
  ["models_bytes", "models", "s1"],
  ["other_bytes", "other programs", "s3"],
  ["free_bytes", "free", "none"],
];

/**
 * Draws the devices of an answer of `/activity` into an element; the section around it is hidden where there are none.
 * @param {HTMLElement} element
 * @param {Device[]} devices
 */
export function drawDevices(element, devices) {
  if (element.parentElement) element.parentElement.hidden = devices.length === 0;
  fill(element, devices.map((device) => {
    const total = Math.max(device.total_bytes ?? 0, 1);
    const share = (value = 0) => `${(Math.min(value, total) / total) * 100}%`;
    const models = svg("rect", { class: "s1", height: "100%", width: share(device.models_bytes) });
    const others = svg("rect", { class: "s3", height: "100%", x: share(device.models_bytes), width: share(device.other_bytes) });
    const limit = svg("line", { class: "limit", x1: share(device.budget_bytes), x2: share(device.budget_bytes), y1: 0, y2: "100%" });
    const said = kinds.filter(([name]) => (device[name] ?? 0) > 0 || name !== "other_bytes").map(([name, word, key]) => (
      h("li", {}, h("span", { class: `key ${key}` }), `${word} ${bytes(device[name])}`)));
    const name = device.id === "host" ? "Main memory" : device.name;
    return h("div", { class: "device" },
      h("h3", {}, name, h("span", { class: "quiet-text small-text" }, ` models may take ${bytes(device.budget_bytes)} of ${bytes(device.total_bytes)}`)),
      svg("svg", { class: "device-bar", role: "img", "aria-label": `${name}: models take ${bytes(device.models_bytes)} of ${bytes(device.budget_bytes)}` }, models, others, limit),
      h("ul", { class: "legend" }, said));
  }));
}
