// SPDX-License-Identifier: MIT
// What the server does at this moment, in a row of figures.

import { h } from "../core/dom.js";
import { bytes, count } from "../core/format.js";
import { models } from "../core/models.js";
import { speed } from "./requests.js";

/** @typedef {import("../../types/api").RunningRequest} RunningRequest */
/** @typedef {import("../../types/answers").HistoryPoint} Point */

const one = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

const words = { running: "Running", waiting: "Waiting", speed: "Tokens/s now", answered: "Tokens, last hour", loaded: "Models loaded", memory: "Memory of models" };
/** @typedef {keyof typeof words} Name */

export class Tiles {
  /** @type {Map<Name, HTMLElement>} */
  #values = new Map();

  constructor() {
    this.element = h("dl", { class: "tiles" }, /** @type {Name[]} */ (Object.keys(words)).map((name) => {
      const value = h("dd", {}, "–");
      this.#values.set(name, value);
      return h("div", { class: "card tile" }, h("dt", {}, words[name]), value);
    }));
  }

  /** @param {{requests: RunningRequest[], points: Point[], now: number}} state `now`: the server's time, in seconds */
  update({ requests, points, now }) {
    const waiting = requests.filter((request) => request.state !== "running").length;
    const speeds = requests.map((request) => speed(request, Math.max(0, now - request.started))).filter(Number.isFinite);
    const loaded = models.list.filter((model) => ["loaded", "sleeping"].includes(model.status.value));
    const memory = points.at(-1)?.memory.workers ?? loaded.reduce((sum, model) => sum + (model.details?.memory_bytes ?? 0), 0);
    this.#set("running", count(requests.length - waiting), requests.length > waiting);
    this.#set("waiting", count(waiting), waiting > 0);
    // Of requests that run, not of the last stretch of the history, which is over.
    const sum = speeds.reduce((all, each) => all + each, 0);
    this.#set("speed", sum < 100 ? one.format(sum) : count(sum), sum > 0);
    this.#set("answered", count(points.reduce((all, point) => all + point.tokens, 0)));
    this.#set("loaded", models.isKnown ? `${count(loaded.length)} of ${count(models.list.length)}` : "–");
    this.#set("memory", memory ? bytes(memory) : "–");
  }

  /** @param {Name} name @param {string} text @param {boolean} isLive */
  #set(name, text, isLive = false) {
    const value = this.#values.get(name);
    if (!value) return;
    if (value.textContent !== text) value.textContent = text;
    value.classList.toggle("live", isLive);
  }
}
