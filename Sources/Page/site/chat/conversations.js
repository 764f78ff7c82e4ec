// SPDX-License-Identifier: MIT

import { isFigure } from "../core/format.js";
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
 * @property {Record<string, string>} settings sampling and the like, as they were written; what isn't set is the server's
 * @property {string | null} leaf the last message of the branch that is shown
 */
/** @typedef {{kind: "image" | "audio" | "text", name: string, type: string, blob?: Blob, text?: string}} Attachment */
/** @typedef {{id: string, name: string, arguments: string}} Call A call of a tool. */
/** @typedef {Pick<Message, "role" | "text" | "attachments" | "call" | "calls">} Said The part of a message that a model gets to see. */
/**
 * @typedef {Object} Message
 * @property {string} id
 * @property {string} conversation
 * @property {string | null} parent
 * @property {"user" | "assistant" | "tool"} role
 * @property {number} created ms since 1970
 * @property {string} text
 * @property {Attachment[]} [attachments]
 * @property {string} [call] of a tool's result: the call's id
 * @property {string} [name] of a tool's result: the tool
 * @property {"running" | "done" | "stopped" | "failed"} [state] of an answer, as all that follows
 * @property {string} [model]
 * @property {string} [reasoning]
 * @property {Call[]} [calls]
 * @property {string} [finish] why it ended, in OpenAI's words
 * @property {import("../../types/answers").Timings} [timings]
 * @property {import("../../types/api").Usage} [usage]
 * @property {{total: number, processed: number}} [progress] tokens of the prompt, while it is being read
 * @property {number} [dropped] how many messages were left out at its thread's beginning
 * @property {{message: string, advice: string, status?: number, isLost?: boolean} & import("../core/api.js").Facts} [error]
 * @property {string} [stream] under which id the server keeps it
 * @property {number} [offset] how many bytes of the stream were read
 * @property {number} [begun] ms since 1970
 * @property {number} [ended]
 * @property {number} [firstToken] ms from its beginning to its first token
 * @property {number} [load] ms that it waited for its model
 * @property {number} [limit] the most tokens it may have
 * @property {boolean} [isHeld] whether it isn't sent yet, since its model is on its way
 */

const format = "enginehouse-conversations";

/** The conversations of this browser. Tells `change` when their list does. */
class Conversations extends EventTarget {
  /** @type {Conversation[]} youngest first */
  list = [];
  /** @type {Promise<void> | null} */
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

  /**
   * Sends what was held when the page was left, since its model was still on its way.
   * @param {Conversation} conversation
   * @param {Message} message
   */
  async #beginAgain(conversation, message) {
    const generation = new Generation(message);
    running.set(message.id, generation);
    const thread = path(await this.messages(conversation.id), message.parent);
    await models.known();
    const model = models.successor(message.model)?.id ?? message.model ?? "";
    const takes = models.get(model)?.architecture?.input_modalities ?? [];
    await generation.begin(await requestBody(thread, { model, system: conversation.system, settings: conversation.settings, takes }));
  }

  /** @param {string | undefined} id */
  get(id) { return this.list.find((conversation) => conversation.id === id); }

  /**
   * A new one with the settings for new chats; it is kept when it has a message.
   * @param {string} model
   * @returns {Conversation}
   */
  draft(model) {
    const { system = "", settings = {} } = setting.get("defaults", /** @type {Partial<Conversation>} */ ({}));
    const now = Date.now();
    return { id: newID(), title: "", created: now, updated: now, model, system, settings: { ...settings }, leaf: null };
  }

  /** @param {Conversation} conversation @param {{isNews?: boolean}} options */
  async save(conversation, { isNews = true } = {}) {
    if (isNews) conversation.updated = Date.now();
    if (!this.get(conversation.id)) this.list.push(conversation);
    await store.put("conversations", conversation);
    this.#sort();
    this.#tell();
  }

  /** @param {string} id */
  messages(id) { return store.where("messages", "conversation", id); }

  /** @param {string} id */
  async remove(id) {
    const messages = await this.messages(id);
    for (const message of messages) running.get(message.id)?.discard();
    await store.delete("messages", ...messages.map((message) => message.id));
    await store.delete("conversations", id);
    this.list = this.list.filter((conversation) => conversation.id !== id);
    this.#tell();
  }

  /**
   * Removes a message and all that follow it.
   * @param {Message[]} messages
   * @param {string} from
   */
  async removeBranch(messages, from) {
    const gone = branch(messages, from);
    for (const message of gone) running.get(message)?.discard();
    await store.delete("messages", ...gone);
    return messages.filter((message) => !gone.includes(message.id));
  }

  /**
   * Those that have all words in their title or text.
   * @param {string} text
   */
  async search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.list;
    const texts = new Map(this.list.map(({ id, title }) => [id, [title.toLowerCase()]]));
    for (const message of await store.all("messages")) texts.get(message.conversation)?.push(message.text.toLowerCase());
    return this.list.filter(({ id }) => {
      const whole = (texts.get(id) ?? []).join("\n");
      return words.every((word) => whole.includes(word));
    });
  }

  /**
   * Conversations as JSON; files in them as `data:` URLs.
   * @param {string[]} ids
   */
  async export(ids) {
    /** @type {unknown[]} */
    const conversations = [];
    for (const id of ids) {
      /** @type {unknown[]} */
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
   * @param {string} text
   * @returns {Promise<number>} how many
   * @throws {Error} with a sentence, if it is something else; then nothing was taken over
   */
  async import(text) {
    /** @type {unknown} */
    let value;
    try { value = JSON.parse(text); } catch { throw new Error("The file isn't JSON."); }
    const { format: found, conversations } = loose(value);
    if (found !== format || !Array.isArray(conversations)) throw new Error("The file holds no conversations of this page.");
    const read = conversations.map(readConversation);
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

/**
 * @param {string} conversation its id
 * @param {string | null} parent
 * @param {Message["role"]} role
 * @returns {Message}
 */
export const newMessage = (conversation, parent, role, text = "") => ({ id: newID(), conversation, parent, role, created: Date.now(), text });

/**
 * A title for a conversation, by what is said first.
 * @param {string} text
 * @param {Attachment[]} attachments
 */
export function titleOf(text, attachments) {
  const line = text.split("\n").find((line) => line.trim()) ?? attachments[0]?.name ?? "Chat";
  return line.length > 60 ? `${line.slice(0, 57).trimEnd()}…` : line;
}

/** @typedef {Record<string, unknown>} Loose What was read from a file: nothing of it can be relied on. */

/** @param {unknown} value */
const loose = (value) => /** @type {Loose} */ (value && typeof value === "object" && !Array.isArray(value) ? value : {});
/** @param {unknown} value @returns {unknown[]} */
const listed = (value) => (Array.isArray(value) ? value : []);
/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");
/** @param {unknown} value */
const moment = (value) => (isFigure(value) ? value : Date.now());

/**
 * A conversation as `export` wrote it, with new ids.
 * @param {unknown} value
 * @returns {{conversation: Conversation, messages: Message[]}}
 */
function readConversation(value) {
  const whole = loose(value);
  const id = newID();
  /** @type {Map<unknown, string>} */
  const ids = new Map();
  const messages = listed(whole.messages).map(loose).flatMap((old) => {
    ids.set(old.id, newID());
    return isRole(old.role) ? [{ old, role: old.role }] : [];
  }).map(({ old, role }) => readMessage(old, role, id, ids));
  return {
    messages,
    conversation: {
      id, title: text(whole.title) || "Imported chat", created: moment(whole.created), updated: moment(whole.updated), model: text(whole.model),
      system: text(whole.system), settings: readSettings(whole.settings),
      leaf: ids.get(whole.leaf) ?? messages.at(-1)?.id ?? null,
    },
  };
}

/** @param {unknown} value */
function readSettings(value) {
  const known = Object.entries(loose(value)).filter(([, setting]) => typeof setting === "string" || isFigure(setting));
  return Object.fromEntries(known.map(([name, setting]) => [name, String(setting)]));
}

/** @param {unknown} role @returns {role is Message["role"]} */
const isRole = (role) => role === "user" || role === "assistant" || role === "tool";

/**
 * @param {Loose} old
 * @param {Message["role"]} role
 * @param {string} conversation
 * @param {Map<unknown, string>} ids the new ones by the old ones
 * @returns {Message}
 */
function readMessage(old, role, conversation, ids) {
  // What isn't named here is only shown, as it is.
  const message = /** @type {Message} */ ({
    ...old, role, conversation, id: ids.get(old.id), parent: ids.get(old.parent) ?? null, created: moment(old.created), text: text(old.text),
    attachments: listed(old.attachments).flatMap(readFile),
    calls: Array.isArray(old.calls) ? old.calls.map(loose).map((call) => ({ id: text(call.id), name: text(call.name), arguments: text(call.arguments) })) : undefined,
  });
  if (role === "assistant") {
    const { state } = old;
    const wasRunning = state === "running" || state === "stopped";
    message.state = wasRunning ? "stopped" : state === "failed" ? "failed" : "done";
    const error = loose(old.error);
    if (state === "failed") message.error = { ...error, message: text(error.message), advice: text(error.advice) };
  }
  return message;
}

/** @param {unknown} value @returns {Attachment[]} none if it is no file */
function readFile(value) {
  const { data, kind, ...rest } = loose(value);
  const file = { ...rest, name: text(rest.name), type: text(rest.type) };
  if (kind === "text") return [{ ...file, kind, text: text(rest.text) }];
  const found = /^data:([\w/+.-]+)[^,]*;base64,([A-Za-z0-9+/=]*)$/.exec(text(data));
  if (!found || (kind !== "image" && kind !== "audio")) return [];
  const bytes = Uint8Array.from(atob(found[2]), (character) => character.charCodeAt(0));
  return [{ ...file, kind, blob: new Blob([bytes], { type: found[1] }) }];
}

export const conversations = new Conversations();
