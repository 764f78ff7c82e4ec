// SPDX-License-Identifier: MIT
// The log of a model, live.

import { followWhileSeen, problemOf } from "../core/api.js";
import { fill, h } from "../core/dom.js";

const limit = 2000;

/** `open(name)` begins to follow, `close()` ends. */
export class LogBox {
  /** @type {AbortController | null} */
  #following = null;
  /** @type {string[]} */
  #lines = [];
  #pending = 0;

  constructor() {
    this.text = h("pre", { class: "log", tabindex: "0", role: "log", "aria-label": "Log", "aria-live": "off" });
    this.state = h("small", { class: "quiet-text" });
    this.element = h("div", { class: "log-box" }, this.text, this.state);
  }

  /** @param {string} name */
  open(name) {
    this.close();
    this.#following = new AbortController();
    this.#lines = [];
    this.#draw();
    followWhileSeen(`models/${encodeURIComponent(name)}/logs?follow=1`, {
      signal: this.#following.signal,
      // The last lines come again with each connection.
      onopen: () => { this.#lines = []; this.state.textContent = "Live."; this.#soon(); },
      onevent: (line) => {
        this.#lines.push(typeof line === "string" ? line : JSON.stringify(line));
        if (this.#lines.length > limit) this.#lines.splice(0, this.#lines.length - limit);
        this.#soon();
      },
      onpause: () => { this.state.textContent = ""; },
      onlost: (error) => { this.state.textContent = `${problemOf(error).message} Trying again.`; },
    });
  }

  close() {
    this.#following?.abort();
    this.#following = null;
    this.state.textContent = "";
  }

  #soon() { this.#pending ||= requestAnimationFrame(() => this.#draw()); }

  #draw() {
    this.#pending = 0;
    const isAtEnd = this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 8;
    if (this.#lines.length) this.text.textContent = this.#lines.join("\n");
    else fill(this.text, h("span", { class: "quiet-text" }, "Nothing yet: a model writes its log from its first load on."));
    if (isAtEnd) this.text.scrollTop = this.text.scrollHeight;
  }
}
