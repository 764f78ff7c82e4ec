// SPDX-License-Identifier: MIT
// Requests as rows of tables.

import { json } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { fill, h } from "../core/dom.js";
import { ago, count, duration, rate } from "../core/format.js";

/** A program's name from what it calls itself: `curl/8`, `Firefox`. */
export function program(agent) {
  if (!agent) return "";
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent);
  if (agent.startsWith("Mozilla/") && browser) return { Edg: "Edge", OPR: "Opera" }[browser[1]] ?? browser[1];
  return agent.split(" ")[0].slice(0, 40);
}

/** Who asked, in two lines. */
const client = (request) => [request.client ?? "this machine", h("div", { class: "quiet-text small-text" }, program(request.user_agent))];

/** Tokens a second since the answer began. @param {number} seconds since the request */
export function speed(request, seconds) {
  const before = request.stream ? request.first_byte_ms ?? 0 : (request.queue_ms ?? 0) + (request.load_ms ?? 0);
  const time = seconds - before / 1000;
  return request.tokens > 1 && time > 0.01 ? request.tokens / time : NaN;
}

const cell = (title, name = "") => h("td", { "data-title": title, class: name || false });

/** A request that runs. */
export class RunningRow {
  constructor(id) {
    this.model = h("th", { scope: "row" });
    this.dot = h("span", { class: "dot" });
    this.word = h("span");
    this.client = cell("Client");
    this.tokens = cell("Tokens", "number");
    this.speed = cell("Speed", "number");
    this.time = cell("Time", "number");
    this.cancel = h("button", { type: "button", class: "small danger", onclick: () => this.#cancel(id) }, "Cancel");
    this.element = h("tr", {}, this.model, h("td", { "data-title": "State" }, h("span", { class: "request-state" }, this.dot, this.word)),
      this.client, this.tokens, this.speed, this.time, h("td", { class: "request-buttons" }, this.cancel));
  }

  /** @param {number} now the server's time, in seconds */
  update(request, now) {
    const seconds = Math.max(0, now - request.started);
    set(this.model, request.model ?? "–");
    this.dot.dataset.state = request.state === "running" ? "loaded" : request.state === "loading" ? "loading" : "unloaded";
    set(this.word, {
      running: request.first_byte_ms === null ? "reading the prompt" : "answering", loading: "waiting: the model loads",
      queued: `in the queue${request.queue_position ? `, number ${request.queue_position}` : ""}`,
    }[request.state] ?? request.state);
    if (!this.client.hasChildNodes()) fill(this.client, client(request));
    this.client.title = `${request.path} ${request.user_agent ?? ""}`;
    set(this.tokens, request.tokens ? count(request.tokens) : "–");
    set(this.speed, rate(speed(request, seconds)) || "–");
    set(this.time, duration(Math.floor(seconds) * 1000 || seconds * 1000));
    this.cancel.setAttribute("aria-label", `Cancel the request for ${request.model ?? "no model"}, ${request.id}`);
  }

  async #cancel(id) {
    this.cancel.disabled = true;
    try {
      await json(`activity/${id}`, { method: "DELETE" });
    } catch (error) {
      // It may have ended meanwhile.
      if (error.status !== 404) toast(`It could not be cancelled: ${error.message}`);
      this.cancel.disabled = false;
    }
  }
}

/** A request that has ended. */
export function recentRow(request) {
  const state = { done: "loaded", failed: "failed", cancelled: "sleeping" }[request.outcome] ?? "unloaded";
  const ended = cell("Ended");
  ended.dataset.time = request.ended;
  ended.title = new Date(request.ended * 1000).toLocaleString();
  const time = (title, value) => fill(cell(title, "number"), value === null ? "–" : duration(value));
  return h("tr", {},
    h("th", { scope: "row" }, request.model ?? "no model", h("div", { class: "quiet-text small-text" }, request.path), request.error ? h("div", { class: request.outcome === "failed" ? "request-error" : "quiet-text small-text" }, request.error) : null),
    fill(cell("Outcome"), h("span", { class: "request-state" }, h("span", { class: "dot", "data-state": state }), `${request.outcome}${request.outcome === "failed" && request.status ? ` (${request.status})` : ""}`)),
    ended,
    fill(cell("Client"), client(request)),
    fill(cell("Tokens", "number"), request.tokens ? count(request.tokens) : "–", h("div", { class: "quiet-text small-text" }, rate(speed(request, request.total_ms / 1000))),
      request.cached_tokens ? h("div", { class: "quiet-text small-text", title: "Tokens of the prompt that were computed before" }, `${count(request.cached_tokens)} from the cache`) : null),
    time("In the queue", request.queue_ms), time("Loading", request.load_ms), time("First byte", request.first_byte_ms), time("In all", request.total_ms));
}

/** Says how long ago the requests of a table ended. */
export function refreshTimes(body, now) {
  for (const each of body.querySelectorAll("[data-time]")) set(each, ago(each.dataset.time * 1000, now * 1000));
}

/** Sets a text, if it is another one: what a screen reader stands on isn't disturbed. */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}
