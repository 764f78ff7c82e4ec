// SPDX-License-Identifier: MIT
// The server's HTTP API: paths below the server's root, the key, errors, server-sent events.

import { askForKey } from "./dialog.js";
import { EventParser } from "./event-parser.js";

/** The server's root, also behind a prefix: this file is at ROOT/ui/core/api.js. */
export const root = new URL("../../", import.meta.url);

const keyName = `enginehouse.key:${root.pathname}`;

/** The API key of this tab, gone with it, or of this device, where one wanted that. */
export const key = {
  get: () => sessionStorage.getItem(keyName) ?? keptKey(),
  /** @param {string} value @param {boolean} isKept whether other tabs, and this device tomorrow, have it too */
  set(value, isKept) {
    sessionStorage.setItem(keyName, value);
    try {
      if (isKept) localStorage.setItem(keyName, value);
      else localStorage.removeItem(keyName);
    } catch { /* Without storage it is the tab's. */ }
  },
};

function keptKey() {
  try { return localStorage.getItem(keyName) ?? ""; } catch { return ""; }
}

/** @typedef {{type?: string, promptTokens?: number, contextSize?: number}} Facts What the server counted for a prompt that is too long. */

/** What went wrong with a request: `message` says it in a sentence, `advice` what to do. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, type?: string, retryAfter?: number, facts?: Facts, isLost?: boolean}} facts `status` 0: the server wasn't
   *   reached; `retryAfter` in seconds; `facts`: what the server says beside its sentence; `isLost`: the answer can't be had any more
   */
  constructor(message, { status = 0, type = "", retryAfter = 0, facts = {}, isLost = false } = {}) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.type = type;
    this.retryAfter = retryAfter;
    this.facts = facts;
    this.isLost = isLost;
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

  /**
   * The error that a response, or an event of a stream, tells about.
   * @param {number} status
   * @param {unknown} body its JSON, in the words of any dialect
   */
  static of(status, body, retryAfter = 0) {
    const whole = /** @type {{error?: string | FailureBody} & FailureBody | string | null} */ (body);
    const error = (typeof whole === "object" ? whole?.error : null) ?? whole;
    const text = typeof error === "string" ? error : error?.message;
    const said = typeof error === "string" ? null : error;
    const type = said?.type ?? "";
    const facts = type === "exceed_context_size_error" ? { type, promptTokens: said?.n_prompt_tokens, contextSize: said?.n_ctx } : {};
    return new RequestError(text || `The server answered with status ${status}.`, { status, type, retryAfter, facts });
  }
}

/** @typedef {import("../../types/answers").FailureBody} FailureBody */

/**
 * What there is to say of anything that was thrown.
 * @param {unknown} error
 * @returns {{message: string, advice: string, status: number, isNetwork: boolean, isLost: boolean, retryAfter: number, facts: Facts}}
 */
export function problemOf(error) {
  if (error instanceof RequestError) return error;
  return {
    message: error instanceof Error ? error.message : String(error), advice: "", status: 0, isNetwork: false, isLost: false, retryAfter: 0, facts: {},
  };
}

/**
 * Whether something ended since its signal said so.
 * @param {unknown} error
 */
export const isAbort = (error) => error instanceof Error && error.name === "AbortError";

/**
 * A signal that is aborted as soon as one of these is.
 * @param {...AbortSignal} signals
 * @returns {AbortSignal}
 */
export const either = (...signals) => (
  // The library of TypeScript 4.8 doesn't know it yet.
  /** @type {{any(signals: AbortSignal[]): AbortSignal}} */ (/** @type {unknown} */ (AbortSignal)).any(signals));

/** @type {ReturnType<typeof askForKey> | null} */
let asking = null;
let isRefused = false;

/** Lets the page ask for the API key again, after the question was left without an answer. */
export function askAgain() { isRefused = false; }

/** @typedef {{method?: string, json?: unknown, body?: BodyInit, headers?: Record<string, string>, signal?: AbortSignal}} Options `json` is sent as such */

/**
 * Sends a request and returns the response, if its status says that it went well. Asks for the API key when the server wants one.
 * @param {string} path below the root, without a slash before it
 * @param {Options} options
 * @throws {RequestError}; an `AbortError` if `signal` says so
 */
export async function send(path, { method, json, body, headers = {}, signal } = {}) {
  for (;;) {
    const used = key.get();
    /** @type {Record<string, string>} */
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
      if (isAbort(error)) throw error;
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
        key.set(answer.key, answer.isKept);
      }
      signal?.throwIfAborted();
      continue;
    }
    const text = await response.text().catch(() => "");
    /** @type {unknown} */
    let value = null;
    try { value = JSON.parse(text); } catch { /* A proxy's page, say: its status says enough. */ }
    throw RequestError.of(response.status, value, Number(response.headers.get("retry-after")) || 0);
  }
}

/**
 * The JSON of an answer; whoever asks says which resource it is.
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<unknown>} null for an answer without a body
 * @throws {RequestError}
 */
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
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      let part;
      try {
        part = await reader.read();
      } catch (error) {
        if (isAbort(error)) throw error;
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
 * @typedef {{onopen?: () => void, onevent: (data: unknown) => void, onlost?: (error: unknown) => void, signal: AbortSignal}} Handlers
 *   `onevent` gets an event's JSON, or its text where it is none
 */

/**
 * Follows a stream of server-sent events for as long as `signal` lets it, and connects again when it breaks.
 * @param {string} path
 * @param {Handlers} handlers
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
 * @param {string} path
 * @param {Handlers & {onpause?: () => void}} handlers `onpause` when it stops because the page isn't to be seen
 */
export function followWhileSeen(path, { signal, onpause, ...handlers }) {
  /** @type {AbortController | null} */
  let current = null;
  const change = () => {
    if (document.hidden) {
      current?.abort();
      if (current) onpause?.();
      current = null;
    } else if (!current) {
      current = new AbortController();
      follow(path, { ...handlers, signal: either(signal, current.signal) });
    }
  };
  document.addEventListener("visibilitychange", change, { signal });
  change();
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try { return JSON.parse(text); } catch { return text; }
}

/**
 * Waits; ends at once, without an error, when `signal` is aborted.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
