// SPDX-License-Identifier: MIT
// One setting of a chat as a row: its name, its value, and what holds while nothing is set.

import { fill, h, iconButton } from "../core/dom.js";

/** @typedef {import("./sampling-fields.js").SamplingField} SamplingField */
/** @typedef {import("./model-defaults.js").Default} Default */
/** @typedef {{name: string, element: HTMLElement, show: (value: string) => void, showDefault: (found: Default | undefined) => void}} Row */
/** @typedef {(name: string, value: string) => void} Change hears of a new value; the empty one is none */

const words = {
  reset: "Back to the default",
  /** @param {string} value */
  own: (value) => `This model's default is ${value}.`,
  /** @param {string} value */
  usual: (value) => `Default ${value}.`,
};

/** @param {SamplingField} field @param {Change} change @returns {Row} */
export function settingRow(field, change) {
  if (field.kind === "choice") return choiceRow(field, change);
  if (field.kind === "lines") return linesRow(field, change);
  return numberRow(field, change);
}

/** @param {SamplingField} field @param {Change} change @returns {Row} */
function numberRow({ name, label, hint, slider, unset, min, max, step }, change) {
  const id = `setting-${name}`;
  const note = h("small", { id: `${id}-note` }, hint ?? "");
  /** @type {HTMLInputElement} */
  const number = h("input", { type: "number", id, name, inputmode: "decimal", min, max, step, placeholder: unset ?? "", "aria-describedby": note.id,
    oninput: () => { if (number.validity.valid) set(number.value); } });
  // The number beside it is what keys and screen readers use.
  /** @type {HTMLInputElement | null} */
  const range = slider ? h("input", { type: "range", min: slider[0], max: slider[1], step, tabindex: "-1", "aria-hidden": "true",
    oninput: () => { if (range) set(number.value = range.value); } }) : null;
  const reset = iconButton("again", words.reset, () => { number.value = ""; set(""); number.focus(); }, { class: "quiet small reset", "aria-describedby": `${id}-label` });
  const track = range ? h("div", { class: "slide-track" }, range) : null;
  const element = h("div", { class: "setting" }, h("div", { class: "setting-head" }, h("label", { htmlFor: id, id: `${id}-label` }, label), reset, number), track, note);
  /** @type {Default | undefined} */
  let standing;

  /** @param {string} value */
  const set = (value) => { change(name, value); draw(); };
  const draw = () => {
    const isSet = number.value !== "";
    element.classList.toggle("is-set", isSet);
    reset.hidden = !isSet;
    if (range && slider) range.value = isSet ? number.value : String(standing?.value ?? slider[0]);
  };
  return { name, element,
    show: (value) => { number.value = value; draw(); },
    showDefault: (found) => {
      standing = found;
      if (found) {
        number.placeholder = String(found.value);
        fill(note, hint ? `${hint}. ` : "", h("span", { class: found.isOwn ? "own-default" : "" }, (found.isOwn ? words.own : words.usual)(String(found.value))));
        if (track && slider) track.style.setProperty("--default", String(Math.min(1, Math.max(0, (found.value - slider[0]) / (slider[1] - slider[0])))));
      }
      draw();
    } };
}

/** @param {SamplingField} field @param {Change} change @returns {Row} */
function choiceRow({ name, label, options = [] }, change) {
  /** @type {HTMLInputElement[]} */
  const choices = options.map(([value]) => h("input", { type: "radio", name, value, onchange: () => change(name, value) }));
  const element = h("fieldset", { class: "setting" }, h("legend", {}, label),
    h("div", { class: "segments" }, options.map(([, text], index) => h("label", {}, choices[index], h("span", {}, text)))));
  return { name, element, show: (value) => choices.forEach((choice) => { choice.checked = choice.value === value; }), showDefault: () => {} };
}

/** @param {SamplingField} field @param {Change} change @returns {Row} */
function linesRow({ name, label, hint }, change) {
  /** @type {HTMLTextAreaElement} */
  const field = h("textarea", { name, rows: 2, oninput: () => change(name, field.value) });
  return { name, element: h("label", { class: "field setting" }, label, field, h("small", {}, hint)), show: (value) => { field.value = value; }, showDefault: () => {} };
}

/**
 * A setting that is JSON: what isn't whole yet doesn't hold yet, and says so.
 * @param {{name: string, label: string, hint: string, placeholder: string, isArray: boolean}} options
 * @param {Change} change
 * @returns {Row}
 */
export function jsonRow({ name, label, hint, placeholder, isArray }, change) {
  const wrong = h("small", { class: "wrong", role: "status" });
  /** @type {HTMLTextAreaElement} */
  const field = h("textarea", { name, rows: 4, placeholder, spellcheck: "false", class: "json", oninput: () => {
    const problem = problemWith(field.value, isArray);
    wrong.textContent = problem;
    field.setAttribute("aria-invalid", String(problem !== ""));
    if (!problem) change(name, field.value.trim() ? field.value : "");
  } });
  return { name, element: h("label", { class: "field setting" }, label, field, wrong, h("small", {}, hint)),
    show: (value) => { field.value = value; wrong.textContent = ""; field.setAttribute("aria-invalid", "false"); }, showDefault: () => {} };
}

/** @param {string} text @param {boolean} isArray */
function problemWith(text, isArray) {
  if (!text.trim()) return "";
  try {
    const value = JSON.parse(text);
    if (isArray) return Array.isArray(value) ? "" : "This must be a JSON array.";
    return value && typeof value === "object" && !Array.isArray(value) ? "" : "This must be a JSON object.";
  } catch (error) { return `Not used yet: ${error instanceof Error ? error.message : error}`; }
}
