// SPDX-License-Identifier: MIT
// Downloads as they are asked for: until the hub has answered, the server's list knows nothing of them.

import { json } from "./api.js";
import { models } from "./models.js";

/** Whether this server downloads models; one that serves a single model doesn't. */
export const canDownload = () => json("props").then((facts) => /** @type {import("../../types/answers").Properties} */ (facts).role === "router", () => false);

/** @typedef {import("../../types/api").SuggestedModel} SuggestedModel A model of the hub to begin with. */

/** Those that suit the server's machine best. @returns {Promise<SuggestedModel[]>} none where it tells of none */
export const picks = () => json("models/suggested").then((answer) => /** @type {import("../../types/api").SuggestedModels} */ (answer).data.filter((model) => model.pick), () => []);

class Downloads extends EventTarget {
  /** @type {Map<string, AbortController>} those that the hub is being asked for, by their names */
  asking = new Map();

  /**
   * Begins a download; comes back once the hub has it.
   * @throws {RequestError}; an `AbortError` after `stop`
   * @param {string} name
   */
  async begin(name) {
    const asked = new AbortController();
    this.asking.get(name)?.abort();
    this.asking.set(name, asked);
    this.#tell();
    try {
      await json("models", { json: { model: name }, signal: asked.signal });
      await models.refresh();
    } finally {
      if (this.asking.get(name) === asked) this.asking.delete(name);
      this.#tell();
    }
  }

  /**
   * Asks no longer.
   * @param {string} name
   */
  stop(name) { this.asking.get(name)?.abort(); }

  #tell() { this.dispatchEvent(new Event("change")); }
}

export const downloads = new Downloads();
