// SPDX-License-Identifier: MIT
// What holds for a model where a chat sets nothing.

import { json } from "../core/api.js";
import { models, stateOf } from "../core/models.js";
import { samplingFields } from "./sampling-fields.js";

/** @typedef {{value: number, isOwn: boolean}} Default `isOwn`: the model's file or its preset says so, and not the engine */
/** @typedef {{default_generation_settings?: {params?: Record<string, unknown>}, chat_template_caps?: {supports_thinking?: boolean}}} Properties */
/** @typedef {{sampling: Map<string, Default>, canThink: boolean | null}} Defaults `canThink`: null while it isn't known */

/** What was asked of loaded models; a model that is loaded anew may have another preset. @type {Map<string, Promise<Properties | null>>} */
const asked = new Map();

/**
 * The defaults of a model: of its worker while it is loaded, else by its preset and the engine.
 * @param {string} name
 * @returns {Promise<Defaults>}
 */
export async function defaultsOf(name) {
  const model = models.get(name);
  let properties = null;
  if (model && stateOf(model) === "loaded") {
    const key = `${model.id} ${(model.status.args ?? []).join(" ")}`;
    if (!asked.has(key)) {
      asked.set(key, json(`props?model=${encodeURIComponent(model.id)}&autoload=false`)
        .then((answer) => /** @type {Properties} */ (answer), () => { asked.delete(key); return null; }));
    }
    properties = await asked.get(key);
  }
  const args = model?.status.args ?? [];
  const known = properties?.default_generation_settings?.params ?? {};
  /** @type {Map<string, Default>} */
  const sampling = new Map();
  for (const { name: field, usual, option } of samplingFields) {
    if (usual === undefined) continue;
    const place = args.indexOf(`--${option}`);
    const own = known[field] ?? (place >= 0 ? Number(args[place + 1]) : usual);
    // The worker computes with 32 bits.
    const value = Number.isFinite(own) ? Math.round(Number(own) * 1e4) / 1e4 : usual;
    sampling.set(field, { value, isOwn: value !== usual });
  }
  return { sampling, canThink: properties?.chat_template_caps?.supports_thinking ?? null };
}
