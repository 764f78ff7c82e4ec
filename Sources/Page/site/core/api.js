// SPDX-License-Identifier: MIT
// The server's HTTP API: paths below the server's root, the key, errors, server-sent events.

import { askForKey } from "./dialog.js";
import { EventParser } from "./event-parser.js";

/** The server's root, also behind a prefix: this file is at ROOT/ui/core/api.js. */
export const root = new URL("../../", import.meta.url);

const keyName = `enginehouse.key:${root.pathname}`;

/** The API key of this tab; it is gone with the tab. */
export const key = {
  get: () => sessionStorage.getItem(keyName) ?? "",
  set: (value) => (value ? sessionStorage.setItem(keyName, value) : sessionStorage.removeItem(keyName)),
};

/** What went wrong with a request: `message` says it in a sentence, `advice` what to do. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, type?: string, retryAfter?: number, facts?: Object}} facts `status` 0: the server wasn't reached;
   *   `retryAfter` in seconds; `facts`: what the server says beside its sentence
   */
  constructor(message, { status = 0, type = "", retryAfter = 0, facts = {} } = {}) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.type = type;
    this.retryAfter = retryAfter;
    this.facts = facts;
  }

  get isNetwork() { return this.status === 0; }

  get advice() {
    if (this.isNetwork) return "Check that the server runs and that this device reaches it, then try again.";
    if (this.type === "exceed_context_size_error") return "Shorten the message, start a new chat, or choose a model with a larger context.";
    if (this.status === 401) return "Give the API key that the server was started with.";
    if (this.status === 404) return "The model may have been removed: choose another one.";
    if (this.status === 424) return "Try it again in Models, or choose another model.";
    if (this.status === 429) return "The server has as much to do as it takes: try again in a moment.";
    if (this.status === 503) return "Try again in a moment; if it stays, look at the model's log.";
    if (this.status >= 500) return "Try again; the model's log says more.";
    return "";
  }

  /** The error that a response, or an event of a stream, tells about. */
  static of(status, body, retryAfter = 0) {
    const error = body?.error ?? body;
    const text = typeof error === "string" ? error : error?.message;
    const type = error?.type ?? "";
    const facts = type === "exceed_context_size_error" ? { type, promptTokens: error.n_prompt_tokens, contextSize: error.n_ctx } : {};
    return new RequestError(text || `The server answered with status ${status}.`, { status, type, retryAfter, facts });
  }
}

/** An address below the server's root, for links. */
export const address = (path) => new URL(path, root).href;

let asking = null;
let isRefused = false;

/** Lets the page ask for the API key again, after the question was left without an answer. */
export function askAgain() { isRefused = false; }

/**
 * Sends a request and returns the response, if its status says that it went well. Asks for the API key when the server wants one.
 * @param {string} path below the root, without a slash before it
 * @param {{method?: string, json?: any, body?: BodyInit, headers?: Object<string, string>, signal?: AbortSignal}} options `json` is sent as such
 * @throws {RequestError}; an `AbortError` if `signal` says so
 */
export async function send(path, { method, json, body, headers = {}, signal } = {}) {
  for (;;) {
    const used = key.get();
    const fields = { ...headers };
    if (used) fields.Authorization = `Bearer ${used}`;
    if (json !== undefined) fields["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(new URL(path, root), {
        method: method ?? (json !== undefined || body ? "POST" : "GET"),
        headers: fields, body: json !== undefined ? JSON.stringify(json) : body, signal, cache: "no-store", referrerPolicy: "no-referrer",
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new RequestError("The server could not be reached.");
    }
    if (response.ok) return response;
    if (response.status === 401) {
      await response.body?.cancel();
      // Another request may have got the key already; all that wait share one question.
      if (key.get() === used) {
        if (isRefused) throw new RequestError("This server wants an API key.", { status: 401 });
        asking ??= askForKey(used !== "").finally(() => { asking = null; });
        const answer = await asking;
        if (answer === null) {
          isRefused = true;
          throw new RequestError("This server wants an API key.", { status: 401 });
        }
        key.set(answer);
      }
      signal?.throwIfAborted();
      continue;
    }
    const text = await response.text().catch(() => "");
    let value = text;
    try { value = JSON.parse(text); } catch { /* A proxy's page, say: its status says enough. */ value = null; }
    throw RequestError.of(response.status, value, Number(response.headers.get("retry-after")) || 0);
  }
}

/** The JSON of an answer. @throws {RequestError} */
export async function json(path, options) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

/**
 * The events of a response, as `{event, data, bytes}`: `bytes` of the body are used up once this one is.
 * @param {Response} response
 * @throws {RequestError} if the connection breaks
 */
export async function* events(response) {
  const parser = new EventParser();
  const reader = response.body.getReader();
  try {
    for (;;) {
      let part;
      try {
        part = await reader.read();
      } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new RequestError("The connection to the server broke.");
      }
      if (part.done) return;
      yield* parser.push(part.value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Follows a stream of server-sent events for as long as `signal` lets it, and connects again when it breaks.
 * @param {string} path
 * @param {{onopen?: () => void, onevent: (data: any) => void, onlost?: (error: Error) => void, signal: AbortSignal}} handlers
 *   `onopen` whenever it is connected: read the state there, since events that were missed aren't repeated
 */
export async function follow(path, { onopen, onevent, onlost, signal }) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      const response = await send(path, { headers: { Accept: "text/event-stream" }, signal });
      pause = 500;
      onopen?.();
      for await (const event of events(response)) onevent(parsed(event.data));
    } catch (error) {
      if (signal.aborted) return;
      onlost?.(error);
    }
    await sleep(pause, signal);
    pause = Math.min(pause * 2, 8000);
  }
}

/**
 * Follows as `follow` does, but only while the page is to be seen: a browser has few connections to one server, and tabs in the back
 * would hold them all.
 * @param {() => void} [onpause] when it stops because the page isn't to be seen
 */
export function followWhileSeen(path, { signal, onpause, ...handlers }) {
  let current = null;
  const change = () => {
    if (document.hidden) {
      current?.abort();
      if (current) onpause?.();
      current = null;
    } else if (!current) {
      current = new AbortController();
      follow(path, { ...handlers, signal: AbortSignal.any([signal, current.signal]) });
    }
  };
  document.addEventListener("visibilitychange", change, { signal });
  change();
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return text; }
}

/** Waits; ends at once, without an error, when `signal` is aborted. */
export function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
