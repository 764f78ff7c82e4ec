// SPDX-License-Identifier: MIT
// How fast downloads are.

/** Remembers how far downloads were, and says how fast they go. It has no clock. */
export class Transfers {
  /** @type {Map<string, {done: number, now: number, rate: number}>} */
  #known = new Map();

  /**
   * @param {string} name the model's
   * @param {number} done bytes so far
   * @param {number} now in ms
   * @returns {number} bytes a second; NaN before that is known
   */
  rate(name, done, now) {
    const before = this.#known.get(name);
    if (!before || done < before.done) {
      this.#known.set(name, { done, now, rate: NaN });
      return NaN;
    }
    const seconds = (now - before.now) / 1000;
    // Too short a stretch says more about the measuring than about the network.
    if (seconds < 0.5) return before.rate;
    const latest = (done - before.done) / seconds;
    const rate = Number.isFinite(before.rate) ? 0.7 * before.rate + 0.3 * latest : latest;
    this.#known.set(name, { done, now, rate });
    return rate;
  }

  /** @param {string} name */
  forget(name) { this.#known.delete(name); }
}

/**
 * What there is to say of a model's download: bytes so far and altogether, as far as they are known.
 * @param {import("../core/models.js").Model} model
 */
export function amounts(model) {
  const files = Object.values(model.download ?? {});
  if (files.length) {
    return { done: files.reduce((sum, file) => sum + file.done, 0), total: files.reduce((sum, file) => sum + file.total, 0) };
  }
  return { done: model.details?.downloaded_bytes ?? NaN, total: model.details?.bytes ?? NaN };
}
