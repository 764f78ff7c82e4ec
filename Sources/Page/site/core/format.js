// SPDX-License-Identifier: MIT
// Figures for people, in the browser's language.

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/**
 * 12,345
 * @param {number} number
 */
export const count = (number) => whole.format(number);

/**
 * `1 token`, `2 tokens`
 * @param {number} number
 * @param {string} one
 */
export const plural = (number, one, many = `${one}s`) => `${whole.format(number)} ${number === 1 ? one : many}`;

/**
 * Whether a figure is known.
 * @param {unknown} value
 * @returns {value is number}
 */
export const isFigure = (value) => Number.isFinite(value);

/**
 * Bytes by powers of 1024: `4.2 GiB`.
 * @param {number | null | undefined} number nothing is said of what isn't known
 */
export function bytes(number) {
  if (!isFigure(number)) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (number >= 1023.95 && unit < units.length - 1) {
    number /= 1024;
    unit += 1;
  }
  return `${short.format(number)} ${units[unit]}`;
}

/**
 * Milliseconds: `320 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
 * @param {number | null | undefined} milliseconds nothing is said of what isn't known
 */
export function duration(milliseconds) {
  if (!isFigure(milliseconds)) return "";
  if (milliseconds < 1000) return `${whole.format(Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${short.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Tokens a second: `42.1 tokens/s`.
 * @param {number | null | undefined} number nothing is said of what isn't known
 */
export const rate = (number) => (isFigure(number) ? `${(number < 100 ? short : whole).format(number)} tokens/s` : "");

/**
 * 0 to 1: `42 %`.
 * @param {number} part
 */
export const percent = (part) => `${Math.round(part * 100)} %`;

const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @type {[Intl.RelativeTimeFormatUnit, number][]} units and their seconds */
const spans = [["day", 86400], ["hour", 3600], ["minute", 60]];

/**
 * A moment (ms since 1970) as seen from now: `3 minutes ago`.
 * @param {number} moment
 */
export function ago(moment, now = Date.now()) {
  const seconds = Math.round((moment - now) / 1000);
  for (const [unit, size] of spans) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}
