// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { models, stateOf } from "../core/models.js";

/**
 * Loads a model that was chosen, if it isn't loaded.
 * @param {string} name
 * @throws {RequestError}
 */
export async function loadByHand(name) {
  if (!["unloaded", "failed"].includes(stateOf(models.get(name)))) return;
  try {
    await models.load(name);
  } catch (error) {
    const { message } = problemOf(error);
    // A message may have been quicker.
    if (message.includes("already running")) return;
    // Loading by hand doesn't wait for a place; a message does.
    if (!message.includes("model limit reached")) throw error;
    toast(`All places are busy: ${name} is loaded for your message as soon as one is free.`);
  }
}
