// SPDX-License-Identifier: MIT

import { RequestError, either, events, isAbort, json, problemOf, send, sleep } from "../core/api.js";
import { models } from "../core/models.js";
import { store } from "../core/store.js";
import { addChunk } from "./answer.js";
import { marks } from "./chat-marks.js";
import { awayLooks, isOnScreen, whereabouts } from "./reading-order.js";

/** @typedef {import("./conversations.js").Message} Message */

/** @type {Map<string, Generation>} the generations of this tab that run, by their message's id; they go on while another chat is shown */
export const running = new Map();

// How long a stream that broke is looked for again, and how often its message is kept meanwhile, in ms.
const patience = 60_000;
const keepEvery = 1000;
// The server keeps the last 4 MiB of a stream: an answer that nobody looks at is read on when it is so many bytes ahead.
const mostBehind = 1 << 20;
// What an answer that begins anew has no more.
const past = /** @type {const} */ (["load", "error", "finish", "timings", "usage", "firstToken", "ended", "progress", "limit", "isHeld"]);

/**
 * One answer as it is generated. The server goes on with it when this page is gone (`X-Conversation-Id`), and sends it again from the
 * byte where the page left off. So only answers on screen are read as they come (a browser has six connections to a server); the others
 * are read when they are complete, or shown again. Tells `change` when there is something to show, and `end`.
 */
export class Generation extends EventTarget {
  #stopping = new AbortController();
  /** @type {AbortController | null} */
  #connection = null;
  #kept = 0;
  #base = 0;
  #isUnwanted = false;
  // Whether the server has the request, so that it goes on without its connection.
  #isKnown = false;
  #isAway = false;
  /** @type {(() => void) | null} */
  #wake = null;

  /** @param {Message} message the answer; its `state` is `running` until the end */
  constructor(message) {
    super();
    this.message = message;
    /**
     * Waiting for the model or the first token, and so on; `catching-up` with what came while it wasn't read.
     * @type {"waiting" | "writing" | "reconnecting" | "catching-up"}
     */
    this.phase = "waiting";
    /** @type {number | null} its place among the requests that wait for their models, from 1; null where it isn't known or doesn't wait */
    this.queuePosition = null;
  }

  /** Under which id the server keeps its bytes. */
  get stream() { return this.message.stream ?? ""; }

  /** How many of them were read. */
  get #offset() { return this.message.offset ?? 0; }

  /**
   * Asks for the answer, once its model is there: one that is being downloaded is waited for.
   * @param {import("./request.js").Body} body the request's
   */
  async begin(body) {
    const { message } = this;
    Object.assign(message, { state: "running", stream: `page-${message.id}-${Date.now().toString(36)}`, offset: 0, begun: Date.now() });
    for (const member of past) delete message[member];
    if ((body.max_tokens ?? 0) > 0) message.limit = body.max_tokens ?? 0;
    await this.#run(async () => {
      await this.#untilThere(body);
      const response = await send("v1/chat/completions", {
        json: body, headers: { "X-Conversation-Id": this.stream, "X-Request-Id": this.stream }, signal: this.#connect() });
      message.load = loadTime(response.headers.get("server-timing"));
      await this.#read(response);
    }, false);
  }

  /** Goes on with an answer that was running when the page was left. */
  async resume() {
    this.phase = "reconnecting";
    this.#isKnown = true;
    await this.#run(() => this.#reconnect(), true);
  }

  /** Ends it; what there is stays. */
  stop() {
    this.#stopping.abort();
    if (!this.message.isHeld) json(`v1/stream?conv_id=${encodeURIComponent(this.stream)}`, { method: "DELETE" }).catch(() => {});
  }

  /** Ends it and keeps nothing of it: its chat is being removed. */
  discard() {
    this.#isUnwanted = true;
    this.stop();
  }

  /** It came on screen, or left it. */
  look() {
    if (isOnScreen(this.message.id)) this.#return();
    else if (this.#isKnown) this.#leave();
  }

  /**
   * What the server says of it while it isn't on screen.
   * @param {import("./reading-order.js").Whereabouts | undefined} place undefined if the server doesn't have it
   */
  hear(place) {
    if (isOnScreen(this.message.id)) return;
    if (!this.#isAway) {
      this.#isKnown ||= place !== undefined;
      if (this.#isKnown && place && !place.isDone && place.bytes - this.#offset < mostBehind / 4) this.#leave();
    } else if (!place || place.isDone || place.bytes - this.#offset > mostBehind) this.#return();
  }

  #connect() {
    this.#connection = new AbortController();
    return either(this.#stopping.signal, this.#connection.signal);
  }

  #leave() {
    this.#isAway = true;
    this.#connection?.abort();
  }

  #return() {
    this.#isAway = false;
    this.#wake?.();
  }

  /** @param {import("./request.js").Body} body */
  async #untilThere(body) {
    const { message } = this;
    if (!models.isComing(body.model)) return;
    message.isHeld = true;
    await this.#keep();
    body.model = message.model = await models.whenThere(body.model, this.#stopping.signal);
    delete message.isHeld;
    message.begun = Date.now();
    this.#tell("change");
  }

  /** @param {() => Promise<void>} work @param {boolean} isResumed */
  async #run(work, isResumed) {
    const { message } = this;
    running.set(message.id, this);
    marks.begin(message.conversation);
    awayLooks(running);
    try {
      await this.#keep();
      this.#watchQueue();
      try {
        await work();
      } catch (error) {
        const isLeft = this.#isAway && isAbort(error);
        const isBroken = !isResumed && error instanceof RequestError && error.isNetwork && this.#offset > 0;
        if (this.#stopping.signal.aborted || !(isLeft || isBroken)) throw error;
        await this.#reconnect();
      }
      message.state = "done";
    } catch (error) {
      if (this.#stopping.signal.aborted) message.state = "stopped";
      else {
        message.state = "failed";
        const { message: text, advice, status, isLost, facts } = problemOf(error);
        message.error = { message: text, advice, status, isLost, ...facts };
      }
    }
    delete message.progress;
    delete message.isHeld;
    message.ended = Date.now();
    running.delete(message.id);
    marks.end(message.conversation);
    await this.#keep().catch(() => {});
    this.#tell("change");
    this.#tell("end");
  }

  /** @param {Response} response */
  async #read(response) {
    const { message } = this;
    this.#isKnown = true;
    this.#base = this.#offset;
    for await (const event of events(response)) {
      const offset = this.#base + event.bytes;
      if (event.data === "[DONE]") return;
      /** @type {import("../../types/answers").ChatChunk} */
      let chunk;
      try { chunk = JSON.parse(event.data); } catch { throw new RequestError("The server sent something that isn't JSON.", { status: 502 }); }
      if (chunk.error) throw RequestError.of(chunk.error.code ?? 500, chunk);
      message.model = chunk.model ?? message.model;
      if (addChunk(message, chunk)) {
        this.phase = "writing";
        message.firstToken ??= Date.now() - (message.begun ?? message.created);
      }
      message.offset = offset;
      this.#tell("change");
      if (Date.now() - this.#kept > keepEvery) this.#keep().catch(() => {});
    }
    if (!message.finish) throw new RequestError("The connection to the server broke.");
  }

  /** Finds the stream again and reads on, as often as it takes. */
  async #reconnect() {
    const { message } = this;
    const { signal } = this.#stopping;
    const id = encodeURIComponent(this.stream);
    let deadline = Date.now() + patience;
    let pause = 250;
    for (;;) {
      if (await this.#untilLookedAt()) deadline = Date.now() + patience;
      this.#tell("change");
      signal.throwIfAborted();
      try {
        const before = this.#offset;
        try {
          const place = (await whereabouts([this.stream], signal)).get(this.stream);
          if (!place) throw lost("The server no longer has this answer: it was stopped, or the server began anew.");
          if (place.isWaiting) {
            this.phase = "waiting";
            deadline = Date.now() + patience;
            await sleep(1000, signal);
            continue;
          }
          const response = await send(`v1/stream?conv_id=${id}&from=${before}`, { signal: this.#connect() });
          if (this.phase !== "catching-up") this.phase = message.text || message.reasoning ? "writing" : "waiting";
          this.#tell("change");
          return await this.#read(response);
        } finally {
          if (this.#offset > before) deadline = Date.now() + patience;
        }
      } catch (error) {
        if (this.#isAway && isAbort(error) && !signal.aborted) continue;
        if (!(error instanceof RequestError)) throw error;
        // The model still loads, or the network is still away; all else stays as it is.
        const mayPass = !error.isLost && (error.isNetwork || error.status === 503);
        if (!mayPass) throw error.status === 400 || error.status === 404 ? lost(error.message) : error;
        if (error.isNetwork && Date.now() > deadline) throw error;
        this.phase = "reconnecting";
        this.#tell("change");
        await sleep(Math.max(pause, error.retryAfter * 1000), signal);
        pause = Math.min(pause * 2, 4000);
      }
    }
  }

  /** Waits until it is on screen, or is to be read for another reason; says whether it had to wait. */
  async #untilLookedAt() {
    const { signal } = this.#stopping;
    if (this.phase === "reconnecting" && !isOnScreen(this.message.id)) this.#isAway = true;
    if (!this.#isAway) return false;
    await new Promise((/** @type {(value: void) => void} */ resolve) => {
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (!this.#isAway || signal.aborted) resolve();
    });
    this.#wake = null;
    this.phase = "catching-up";
    return true;
  }

  /** Asks the server now and then which place the request has, as long as it waits. */
  async #watchQueue() {
    const { message } = this;
    while (message.state === "running" && this.phase !== "writing") {
      await sleep(1000, this.#stopping.signal);
      if (message.state !== "running" || this.phase !== "waiting" || message.progress || message.isHeld || !isOnScreen(message.id)) continue;
      try {
        const { requests } = /** @type {import("../../types/api").Activity} */ (await json("activity", { signal: this.#stopping.signal }));
        this.queuePosition = requests.find((request) => request.request_id === this.stream)?.queue_position ?? null;
      } catch (error) {
        // The wait itself tells what is wrong, if something is.
        if (!problemOf(error).isNetwork) return;
      }
      this.#tell("change");
    }
  }

  async #keep() {
    if (this.#isUnwanted) return;
    this.#kept = Date.now();
    await store.put("messages", this.message);
  }

  /** @param {"change" | "end"} name */
  #tell(name) { this.dispatchEvent(new Event(name)); }
}

/**
 * The ms that a request waited for its model: `queue` and `load` of Server-Timing (W3C).
 * @param {string | null} header
 */
function loadTime(header) {
  const times = [...(header ?? "").matchAll(/\b(?:queue|load);dur=([\d.]+)/g)].map((found) => Number(found[1]));
  return times.length ? times.reduce((sum, time) => sum + time, 0) : undefined;
}

/** @param {string} text */
const lost = (text) => new RequestError(text, { status: 410, isLost: true });
