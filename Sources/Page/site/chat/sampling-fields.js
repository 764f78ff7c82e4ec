// SPDX-License-Identifier: MIT
// What one may set of a chat's answers.

/** @typedef {"number" | "choice" | "lines"} Kind `lines`: one string a line */
/** @typedef {"prompt" | "sampling" | "limits"} Section */
/**
 * @typedef {Object} SamplingField
 * @property {string} name in a request
 * @property {string} label
 * @property {Section} section of the settings
 * @property {Kind} kind
 * @property {string} [hint] what it does
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {[from: number, to: number]} [slider] its ends; other values can be written
 * @property {number} [usual] the engine's own default
 * @property {string} [unset] what stands for a default that is no number
 * @property {string} [option] the option of a preset that gives a model another default
 * @property {[value: string, text: string][]} [options]
 */

/** @type {SamplingField[]} */
export const samplingFields = [
  { name: "temperature", label: "Temperature", section: "sampling", kind: "number", min: 0, max: 5, step: 0.05, slider: [0, 2], usual: 0.8, option: "temp",
    hint: "Higher is more varied; 0 takes the likeliest token" },
  { name: "top_k", label: "Top K", section: "sampling", kind: "number", min: 0, step: 1, slider: [0, 100], usual: 40, option: "top-k", hint: "Only the K likeliest tokens; 0 is off" },
  { name: "top_p", label: "Top P", section: "sampling", kind: "number", min: 0, max: 1, step: 0.01, slider: [0, 1], usual: 0.95, option: "top-p",
    hint: "The likeliest tokens up to this share; 1 is off" },
  { name: "min_p", label: "Min P", section: "sampling", kind: "number", min: 0, max: 1, step: 0.01, slider: [0, 1], usual: 0.05, option: "min-p",
    hint: "None below this part of the likeliest; 0 is off" },
  { name: "repeat_penalty", label: "Repeat penalty", section: "sampling", kind: "number", min: 0, step: 0.01, slider: [0.5, 2], usual: 1, option: "repeat-penalty", hint: "1 is off" },
  { name: "presence_penalty", label: "Presence penalty", section: "sampling", kind: "number", step: 0.1, slider: [-2, 2], usual: 0, option: "presence-penalty", hint: "0 is off" },
  { name: "frequency_penalty", label: "Frequency penalty", section: "sampling", kind: "number", step: 0.1, slider: [-2, 2], usual: 0, option: "frequency-penalty", hint: "0 is off" },
  { name: "seed", label: "Seed", section: "sampling", kind: "number", min: -1, step: 1, unset: "random", hint: "The same seed gives the same answer again" },
  { name: "max_tokens", label: "Max tokens", section: "limits", kind: "number", min: -1, step: 1, unset: "no limit", hint: "Where an answer is cut off" },
  { name: "stop", label: "Stop sequences", section: "limits", kind: "lines", hint: "One on each line: an answer ends before it" },
  { name: "enable_thinking", label: "Thinking", section: "prompt", kind: "choice", options: [["", "Model's default"], ["true", "On"], ["false", "Off"]] },
];
