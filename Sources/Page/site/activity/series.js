// SPDX-License-Identifier: MIT
// From the points of the last hour to what a chart draws. Nothing here knows of the page.

/** @typedef {import("../../types/answers").HistoryPoint} Point */
/** @typedef {import("../../types/answers").Counts} Counts */
/** @typedef {{time: number, seconds: number, values: number[], count: number}} Bin */

/** @type {(keyof Counts)[]} what is counted of each model, in the order of its table */
export const counted = ["requests", "tokens", "loads", "evictions", "failures"];

/** How far back the points go, in seconds. */
export const span = 3600;

/**
 * How far back a chart looks: as far as there is something to see, and an hour at most.
 * @param {Point[]} points
 * @param {number} now
 */
export function reach(points, now) {
  const age = points.length ? now - points[0].time : 0;
  return [600, 1800].find((seconds) => age <= seconds) ?? span;
}

/**
 * A rounded end for an axis that holds `value`.
 * @param {number} value
 * @param {boolean} isBinary whether steps are powers of two, as for bytes
 */
export function niceEnd(value, isBinary = false) {
  if (!(value > 0)) return 1;
  if (isBinary) return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 6, 8].find((step) => step * power >= value * 0.999) ?? 10) * power;
}

/**
 * Sums what happened in equal stretches of time that end now.
 * @param {Point[]} points
 * @param {((point: Point) => number)[]} values
 * @param {number} now
 * @returns {Bin[]} oldest first
 */
export function bins(points, values, now, seconds = 60, count = span / seconds) {
  const result = Array.from({ length: count }, (_, index) => ({ time: now - (count - index) * seconds, seconds, values: values.map(() => 0), count: 0 }));
  for (const point of points) {
    const bin = result[count - 1 - Math.max(0, Math.floor((now - (point.time + point.seconds)) / seconds))];
    if (!bin) continue;
    bin.count += 1;
    values.forEach((value, index) => { bin.values[index] += value(point) || 0; });
  }
  return result;
}

/**
 * Stretches of a line, broken where nothing was noted.
 * @param {Point[]} points oldest first
 * @param {(point: Point) => number} value
 * @param {number} now
 * @param {number} seconds how far back
 * @returns {{x: number, value: number}[][]} x from 0 (so long ago) to 1 (now)
 */
export function stretches(points, value, now, seconds = span) {
  /** @type {{x: number, value: number}[][]} */
  const result = [];
  let last = -Infinity;
  for (const point of points) {
    const end = point.time + point.seconds;
    const number = value(point);
    if (end < now - seconds || !Number.isFinite(number)) continue;
    // A point says how it was all the time.
    if (point.time - last > 15) result.push([{ x: Math.max(0, 1 - (now - point.time) / seconds), value: number }]);
    last = end;
    result.at(-1)?.push({ x: Math.min(1, 1 - (now - end) / seconds), value: number });
  }
  return result;
}

/**
 * Whether a figure is other than nothing in a few moments only.
 * @param {Point[]} points
 * @param {(point: Point) => number} value
 */
export function isSparse(points, value) {
  const known = points.map(value).filter(Number.isFinite);
  return known.length > 0 && known.filter((number) => number > 0).length < known.length / 3;
}

/**
 * What each model did, those that did most first.
 * @param {Point[]} points
 */
export function byModel(points) {
  /** @type {Map<string, Counts & {name: string}>} */
  const sums = new Map();
  for (const point of points) {
    for (const [name, model] of Object.entries(point.models ?? {})) {
      const sum = sums.get(name) ?? { name, requests: 0, tokens: 0, loads: 0, evictions: 0, failures: 0 };
      for (const key of counted) sum[key] += model[key] ?? 0;
      sums.set(name, sum);
    }
  }
  return [...sums.values()].filter((sum) => sum.requests + sum.tokens + sum.loads + sum.evictions + sum.failures > 0)
    .sort((one, other) => other.requests - one.requests || other.tokens - one.tokens || one.name.localeCompare(other.name));
}
