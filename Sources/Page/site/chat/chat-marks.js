// SPDX-License-Identifier: MIT
// Which chats are being answered, and which have an answer that one hasn't seen.

import { h } from "../core/dom.js";

/** @type {Record<"running" | "unread", string>} */
const words = { running: "being answered", unread: "new answer" };

/** Tells `change` when a mark comes or goes. */
class ChatMarks extends EventTarget {
  /** @type {Map<string, number>} how many answers run, by chat */
  #running = new Map();
  /** @type {Set<string>} */
  #unread = new Set();
  #shown = "";

  /** @param {string} id the chat that one looks at; none by the empty text */
  set shown(id) {
    this.#shown = id;
    this.#unread.delete(id);
  }

  /** @param {string} id of a chat whose answer begins */
  begin(id) {
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    this.#tell();
  }

  /** @param {string} id of a chat whose answer has ended */
  end(id) {
    const left = (this.#running.get(id) ?? 1) - 1;
    if (left > 0) this.#running.set(id, left);
    else this.#running.delete(id);
    if (id !== this.#shown || document.hidden || !location.hash.startsWith("#/chat")) this.#unread.add(id);
    this.#tell();
  }

  /**
   * The mark of a chat, to stand beside its title.
   * @param {string} id
   */
  of(id) {
    const mark = this.#running.has(id) ? "running" : this.#unread.has(id) ? "unread" : null;
    return mark && h("span", { class: "chat-mark", "data-mark": mark, role: "img", "aria-label": words[mark], title: words[mark] });
  }

  #tell() { this.dispatchEvent(new Event("change")); }
}

export const marks = new ChatMarks();
