// SPDX-License-Identifier: MIT
// A chat request out of messages and settings, in OpenAI's words.

import { samplingFields } from "./sampling-fields.js";

/** @typedef {import("../../types/api").Chat & {model: string} & Record<string, unknown>} Body Also with what a chat's settings add to it. */
/** @typedef {import("../../types/api").ChatMessage} ChatMessage */
/** @typedef {import("./conversations.js").Said} Said */

/**
 * The body of a request.
 * @param {Said[]} messages in their order
 * @param {{model: string, system?: string, settings?: Record<string, string>, takes?: string[]}} options `takes`: what the model takes
 *   beside text; what it doesn't take is left out, with a word about it
 */
export async function requestBody(messages, { model, system, settings = {}, takes = [] }) {
  /** @type {Body} */
  const body = { model, stream: true, timings_per_token: true, return_progress: true, stream_options: { include_usage: true }, messages: [] };
  if (system?.trim()) body.messages.push({ role: "system", content: system });
  for (const message of messages) body.messages.push(await wireMessage(message, takes));
  for (const { name, kind } of samplingFields) {
    const value = settings[name];
    if (value === undefined || value === null || value === "") continue;
    if (name === "enable_thinking") body.chat_template_kwargs = { enable_thinking: value === "true" };
    else if (kind === "lines") body[name] = value.split("\n").filter((line) => line !== "");
    else body[name] = Number(value);
  }
  if (settings.tools?.trim()) body.tools = JSON.parse(settings.tools);
  if (settings.more?.trim()) Object.assign(body, JSON.parse(settings.more));
  return body;
}

/** @param {Said} message @param {string[]} takes @returns {Promise<ChatMessage>} */
async function wireMessage(message, takes) {
  if (message.role === "tool") return { role: "tool", tool_call_id: message.call, content: message.text };
  if (message.role === "assistant") {
    const calls = (message.calls ?? []).map((call) => ({
      id: call.id, type: "function", function: { name: call.name, arguments: call.arguments },
    }));
    return { role: "assistant", content: message.text, ...(calls.length ? { tool_calls: calls } : {}) };
  }
  /** @type {({type: string, text?: string} & Record<string, unknown>)[]} */
  const parts = [];
  for (const file of message.attachments ?? []) {
    const { blob } = file;
    if (file.kind === "text" || !blob) parts.push({ type: "text", text: `File ${file.name}:\n\n${file.text ?? ""}` });
    else if (!takes.includes(file.kind)) parts.push({ type: "text", text: `(${file.kind} ${file.name}, which this model can't take)` });
    else if (file.kind === "image") parts.push({ type: "image_url", image_url: { url: await dataURL(blob) } });
    else {
      const url = await dataURL(blob);
      parts.push({ type: "input_audio", input_audio: { data: url.slice(url.indexOf(",") + 1), format: audioFormat(file) } });
    }
  }
  if (parts.length === 0) return { role: "user", content: message.text };
  if (message.text) parts.push({ type: "text", text: message.text });
  // Templates of models that take text only may know no parts.
  if (parts.every((part) => part.type === "text")) return { role: "user", content: parts.map((part) => part.text).join("\n\n") };
  return { role: "user", content: parts };
}

/** @param {import("./conversations.js").Attachment} file */
const audioFormat = (file) => (/mpeg|mp3/.test(file.type) || /\.mp3$/i.test(file.name) ? "mp3" : "wav");

/**
 * A file's bytes as a `data:` URL.
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
export function dataURL(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
