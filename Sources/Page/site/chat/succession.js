// SPDX-License-Identifier: MIT

import { toast } from "../core/dialog.js";
import { likelyModel, models } from "../core/models.js";
import { setting } from "../core/store.js";
import { conversations } from "./conversations.js";

// How long a model may be gone before another one takes its place, in ms.
const patience = 3000;

/**
 * Which model a chat goes on with: its own; the same under another name, since its download knows which file it is; or, if it is
 * gone, another one. For a moment a model may have neither its old name nor its new one.
 */
export class Succession {
  // The model that isn't in the list, and since when.
  #missing = { name: "", since: 0 };
  #ask;

  /** @param {() => void} ask is called when it is time to ask again */
  constructor(ask) { this.#ask = ask; }

  /**
   * Gives a chat another model, if its own is gone or has a new name.
   * @param {import("./conversations.js").Conversation} conversation
   * @param {boolean} isKept whether it has messages
   * @returns {string | null} the other model
   */
  apply(conversation, isKept) {
    const old = conversation.model;
    const next = this.#next(old);
    if (!next) return null;
    conversation.model = next.name;
    if (setting.get("model", "") === old) setting.set("model", next.name);
    if (isKept) {
      if (next.isOther) toast(`${old} is no longer there: ${next.name} answers from now on.`);
      conversations.save(conversation, { isNews: false }).catch(() => {});
    }
    return next.name;
  }

  /** @param {string} old the chat's model @returns {{name: string, isOther: boolean} | null} what takes its place; null for nothing */
  #next(old) {
    if (models.get(old)) this.#missing.name = "";
    else if (models.isKnown && !models.problem) return this.#another(old);
    return null;
  }

  /** @param {string} old */
  #another(old) {
    const same = models.successor(old)?.id;
    if (!same && old && this.#missing.name !== old) {
      this.#missing = { name: old, since: Date.now() };
      setTimeout(this.#ask, patience + 50);
      return null;
    }
    if (!same && old && Date.now() - this.#missing.since < patience) return null;
    const name = same ?? bestModel();
    return name && name !== old ? { name, isOther: !same && Boolean(old) } : null;
  }
}

/** The model for a chat that has none: the one that was used last, if it is there. */
export function bestModel() { return likelyModel(setting.get("model", "")); }
