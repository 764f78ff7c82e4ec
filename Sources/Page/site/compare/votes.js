// SPDX-License-Identifier: MIT
// Which of several answers was better, as one judged it.

/** @typedef {{id: string, when: number, prompt: string, models: string[], winner: string | null}} Vote `winner` null: all alike */

/**
 * What the votes say of each model, the one most liked first.
 * @param {Vote[]} votes
 * @returns {{model: string, better: number, alike: number, worse: number}[]}
 */
export function tally(votes) {
  /** @type {Map<string, {model: string, better: number, alike: number, worse: number}>} */
  const rows = new Map();
  for (const { models, winner } of votes) {
    for (const model of models) {
      const row = rows.get(model) ?? { model, better: 0, alike: 0, worse: 0 };
      row[winner === null ? "alike" : winner === model ? "better" : "worse"] += 1;
      rows.set(model, row);
    }
  }
  const share = (/** @type {{better: number, alike: number, worse: number}} */ { better, alike, worse }) => (better + alike / 2) / (better + alike + worse);
  return [...rows.values()].sort((one, other) => share(other) - share(one) || (one.model < other.model ? -1 : 1));
}
