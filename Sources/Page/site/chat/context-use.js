// SPDX-License-Identifier: MIT
// How much of a model's context a conversation takes, and which part of it fits.

/** @typedef {import("./conversations.js").Message} Message */

// From which part on one is told, and from which on warned.
const told = 0.5;
const warned = 0.8;
// So much is left for the answer.
const room = 0.25;

/**
 * What the last answer of a thread took.
 * @param {Message[]} thread in its order
 * @param {import("../core/models.js").Model | undefined} model the one that answers next
 * @returns {{used: number, size: number, part: number, isTold: boolean, isFull: boolean} | null} tokens; null where it isn't known
 */
export function contextUse(thread, model) {
  const size = model?.details?.context_size ?? 0;
  const last = thread.findLast((message) => message.role === "assistant" && message.timings);
  if (!Number.isFinite(size) || size <= 0 || !last?.timings || last.model !== model?.id) return null;
  const { cache_n: cached = 0, prompt_n: prompt = 0, predicted_n: made = 0 } = last.timings;
  const used = cached + prompt + made;
  const part = used / size;
  return { used, size, part, isTold: part >= told, isFull: part >= warned };
}

/**
 * Whether an answer failed since its thread is longer than the context.
 * @param {Message} message
 */
export const isTooLong = (message) => message.state === "failed" && message.error?.type === "exceed_context_size_error";

/**
 * How many messages have to be left out at the beginning, so that the rest has room and leaves some for the answer.
 * @param {Message[]} thread up to the message to answer
 * @param {import("../core/api.js").Facts} facts what the server counted for what was sent
 * @param {number} dropped how many had been left out already
 * @returns {number} more than `dropped`; -1 if the last message alone has no room
 */
export function leftOut(thread, { promptTokens = 0, contextSize = 0 }, dropped = 0) {
  const sent = thread.slice(dropped);
  const perLetter = promptTokens / Math.max(1, sent.reduce((sum, message) => sum + length(message), 0));
  let letters = 0;
  let first = thread.length;
  for (let place = thread.length - 1; place > dropped; place -= 1) {
    letters += length(thread[place]);
    if (letters * perLetter > contextSize * (1 - room)) break;
    // Templates want a person to begin.
    if (thread[place].role === "user") first = place;
  }
  if (first < thread.length) return first;
  const last = thread.findLastIndex((message) => message.role === "user");
  return last > dropped ? last : -1;
}

/**
 * About how many letters a message takes: roles and marks take some, too.
 * @param {Message} message
 * @returns {number}
 */
const length = (message) => 16 + (message.text?.length ?? 0)
  + (message.attachments ?? []).reduce((sum, file) => sum + (file.text?.length ?? 2000), 0)
  + (message.calls ?? []).reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
