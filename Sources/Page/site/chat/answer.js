// SPDX-License-Identifier: MIT
// What the chunks of a stream add to an answer.

/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("../../types/answers").ChatChunk} ChatChunk */
/** @typedef {import("../../types/answers").CallPart} CallPart */

/**
 * Adds one chunk of OpenAI's chat stream to a message.
 * @param {Message} message gets `text`, `reasoning`, `calls`, `finish`, `timings`, `usage`, `progress`
 * @param {ChatChunk} chunk
 * @returns {boolean} whether there is more to read of the answer now
 */
export function addChunk(message, chunk) {
  if (chunk.timings) message.timings = chunk.timings;
  if (chunk.usage) message.usage = chunk.usage;
  const choice = chunk.choices?.find((choice) => choice.index === 0);
  if (chunk.prompt_progress && !message.text && !message.reasoning) message.progress = chunk.prompt_progress;
  if (!choice) return false;
  if (choice.finish_reason) message.finish = choice.finish_reason;
  const { content, reasoning_content: reasoning, tool_calls: calls } = choice.delta ?? {};
  if (reasoning) message.reasoning = (message.reasoning ?? "") + reasoning;
  if (content) message.text += content;
  for (const part of calls ?? []) addCall(message, part);
  const isMore = Boolean(content || reasoning || calls?.length);
  if (isMore) delete message.progress;
  return isMore;
}

/** @param {Message} message @param {CallPart} part */
function addCall(message, part) {
  message.calls ??= [];
  const place = part.index ?? message.calls.length;
  const call = (message.calls[place] ??= { id: "", name: "", arguments: "" });
  if (part.id) call.id = part.id;
  if (part.function?.name) call.name += part.function.name;
  if (part.function?.arguments) call.arguments += part.function.arguments;
}
