// SPDX-License-Identifier: MIT

import { json } from "../core/api.js";
import { fill, h, svg } from "../core/dom.js";
import { bytes } from "../core/format.js";

/**
 * What is free for models, as a small bar for each device. Nothing is shown where the server doesn't say.
 * @param {HTMLElement} element
 */
export async function showMemory(element) {
  /** @type {import("../../types/api").Device[]} */
  let devices;
  try {
    devices = /** @type {import("../../types/api").Activity} */ (await json("activity")).devices ?? [];
  } catch {
    return;
  }
  fill(element, devices.map((device) => {
    const total = Math.max(device.budget_bytes ?? 0, 1);
    const used = Math.min(1, (device.models_bytes ?? 0) / total);
    const name = device.id === "host" ? "Memory" : device.name;
    const left = bytes(Math.max(0, (device.budget_bytes ?? 0) - (device.models_bytes ?? 0)));
    return h("span", { class: "memory", title: `${name}: models take ${bytes(device.models_bytes)} of ${bytes(device.budget_bytes)}` }, name,
      svg("svg", { class: "memory-bar", "aria-hidden": "true" }, svg("rect", { width: "100%", height: "100%", class: "none" }), svg("rect", { width: `${used * 100}%`, height: "100%", class: "s1" })),
      `${left} free`);
  }));
}
