// SPDX-License-Identifier: MIT

import { newID, setting, store } from "../core/store.js";
import { Generation, running } from "./generation.js";
import { models } from "../core/models.js";
import { dataURL, requestBody } from "./request.js";
import { branch, path } from "./thread.js";

/**
 * @typedef {Object} Conversation
 * @property {string} id
 * @property {string} title
 * @property {number} created ms since 1970
 * @property {number} updated
 * @property {string} model
 * @property {string} system
 * @property {Object} settings sampling and the like; what isn't set is the server's
 * @property {string | null} leaf the last message of the branch that is shown
 */
/**
 * @typedef {Object} Message
 * @property {string} id
 * @property {string} conversation
 * @property {string | null} parent
 * @property {"user" | "assistant" | "tool"} role
 * @property {string} text
 * @property {{kind: "image" | "audio" | "text", name: string, type: string, blob?: Blob, text?: string}[]} [attachments]
 * @property {"running" | "done" | "stopped" | "failed"} [state] of an answer
 */

const format = "enginehouse-conversations";

/** The conversations of this browser. Tells `change` when their list does. */
class Conversations extends EventTarget {
  /** @type {Conversation[]} youngest first */
  list = [];
  #ready = null;

  /** Reads the list, once, and goes on with answers that were running when the page was left. */
  ready() {
    this.#ready ??= (async () => {
      this.list = await store.all("conversations");
      this.#sort();
      for (const message of await store.where("messages", "state", "running")) {
        const conversation = this.get(message.conversation);
        if (message.isHeld && conversation) this.#beginAgain(conversation, message);
        else new Generation(message).resume();
      }
    })();
    return this.#ready;
  }

  /** Sends what was held when the page was left, since its model was still on its way. */
  async #beginAgain(conversation, message) {
    const generation = new Generation(message);
    running.set(message.id, generation);
    const thread = path(await this.messages(conversation.id), message.parent);
    await models.known();
    const model = models.successor(message.model)?.id ?? message.model;
    const takes = models.get(model)?.architecture?.input_modalities ?? [];
    await generation.begin(await requestBody(thread, { model, system: conversation.system, settings: conversation.settings, takes }));
  }

  get(id) { return this.list.find((conversation) => conversation.id === id); }

  /** A new one with the settings for new chats; it is kept when it has a message. */
  draft(model) {
    const { system = "", settings = {} } = setting.get("defaults", {});
    const now = Date.now();
    return { id: newID(), title: "", created: now, updated: now, model, system, settings: { ...settings }, leaf: null };
  }

  async save(conversation, { isNews = true } = {}) {
    if (isNews) conversation.updated = Date.now();
    if (!this.get(conversation.id)) this.list.push(conversation);
    await store.put("conversations", conversation);
    this.#sort();
    this.#tell();
  }

  messages(id) { return store.where("messages", "conversation", id); }

  async remove(id) {
    const messages = await this.messages(id);
    for (const message of messages) running.get(message.id)?.discard();
    await store.delete("messages", ...messages.map((message) => message.id));
    await store.delete("conversations", id);
    this.list = this.list.filter((conversation) => conversation.id !== id);
    this.#tell();
  }

  /** Removes a message and all that follow it. */
  async removeBranch(messages, from) {
    const gone = branch(messages, from);
    for (const message of gone) running.get(message)?.discard();
    await store.delete("messages", ...gone);
    return messages.filter((message) => !gone.includes(message.id));
  }

  /** Those that have all words in their title or text. */
  async search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.list;
    const texts = new Map(this.list.map(({ id, title }) => [id, [title.toLowerCase()]]));
    for (const message of await store.all("messages")) texts.get(message.conversation)?.push(message.text.toLowerCase());
    return this.list.filter(({ id }) => {
      const whole = texts.get(id).join("\n");
      return words.every((word) => whole.includes(word));
    });
  }

  /** Conversations as JSON; files in them as `data:` URLs. @param {string[]} ids */
  async export(ids) {
    const conversations = [];
    for (const id of ids) {
      const messages = [];
      for (const message of await this.messages(id)) {
        const attachments = await Promise.all((message.attachments ?? []).map(async ({ blob, ...file }) => (
          blob ? { ...file, data: await dataURL(blob) } : file)));
        messages.push({ ...message, ...(attachments.length ? { attachments } : {}) });
      }
      conversations.push({ ...this.get(id), messages });
    }
    return JSON.stringify({ format, version: 1, conversations }, null, 1);
  }

  /**
   * Takes over what `export` wrote; what is there already stays, under its own ids.
   * @returns {Promise<number>} how many
   * @throws {Error} with a sentence, if it is something else; then nothing was taken over
   */
  async import(text) {
    let value;
    try { value = JSON.parse(text); } catch { throw new Error("The file isn't JSON."); }
    if (value?.format !== format || !Array.isArray(value.conversations)) throw new Error("The file holds no conversations of this page.");
    const read = value.conversations.map(readConversation);
    for (const { conversation, messages } of read) {
      await store.put("messages", ...messages);
      await store.put("conversations", conversation);
      this.list.push(conversation);
    }
    this.#sort();
    this.#tell();
    return read.length;
  }

  #sort() { this.list.sort((one, other) => other.updated - one.updated); }

  #tell() { this.dispatchEvent(new Event("change")); }
}

/** A title for a conversation, by what is said first. */
export function titleOf(text, attachments) {
  const line = text.split("\n").find((line) => line.trim()) ?? attachments[0]?.name ?? "Chat";
  return line.length > 60 ? `${line.slice(0, 57).trimEnd()}…` : line;
}

function readConversation(value) {
  const text = (member) => (typeof member === "string" ? member : "");
  const moment = (member) => (Number.isFinite(member) ? member : Date.now());
  const id = newID();
  const ids = new Map();
  const old = Array.isArray(value?.messages) ? value.messages : [];
  for (const message of old) ids.set(message?.id, newID());
  const messages = old.filter((message) => ["user", "assistant", "tool"].includes(message?.role)).map((message) => ({
    ...message,
    id: ids.get(message.id), conversation: id, parent: ids.get(message.parent) ?? null, created: moment(message.created),
    text: text(message.text), ...(message.role === "assistant" ? { state: message.state === "running" ? "stopped" : text(message.state) || "done" } : {}),
    attachments: (Array.isArray(message.attachments) ? message.attachments : []).map(readFile).filter(Boolean),
    calls: Array.isArray(message.calls) ? message.calls : undefined,
  }));
  return {
    messages,
    conversation: {
      id, title: text(value?.title) || "Imported chat", created: moment(value?.created), updated: moment(value?.updated), model: text(value?.model),
      system: text(value?.system), settings: value?.settings && typeof value.settings === "object" ? value.settings : {},
      leaf: ids.get(value?.leaf) ?? messages.at(-1)?.id ?? null,
    },
  };
}

function readFile({ data, ...file }) {
  if (file.kind === "text") return file;
  const found = /^data:([\w/+.-]+)[^,]*;base64,([A-Za-z0-9+/=]*)$/.exec(data ?? "");
  if (!found) return null;
  const bytes = Uint8Array.from(atob(found[2]), (character) => character.charCodeAt(0));
  return { ...file, blob: new Blob([bytes], { type: found[1] }) };
}

export const conversations = new Conversations();
