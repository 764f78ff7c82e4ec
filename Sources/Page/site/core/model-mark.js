// SPDX-License-Identifier: MIT
// A small mark by which the models of one family are known again.

import { h } from "./dom.js";

const tones = 6;

/**
 * The family in a model's name: `Qwen3-4B-Instruct` is of `qwen`, `ggml-org/gemma-3-12b` of `gemma`.
 * @param {string} name
 */
export function familyOf(name) {
  const own = name.split("/").at(-1) ?? name;
  return (/^[a-z]+/i.exec(own)?.[0] ?? own.slice(0, 1)).toLowerCase();
}

/**
 * The mark: the family's letter in the family's colour. It says nothing to a screen reader, since the name stands beside it.
 * @param {string} name the model's
 */
export function modelMark(name) {
  const family = familyOf(name);
  const tone = [...family].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % tones;
  return h("span", { class: "model-mark", "data-tone": String(tone), "aria-hidden": "true" }, family.slice(0, 1).toUpperCase());
}
