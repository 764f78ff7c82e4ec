// SPDX-License-Identifier: MIT
// Requests as rows of tables.

import { json, problemOf } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { fill, h } from "../core/dom.js";
import { ago, count, duration, rate } from "../core/format.js";

/** @typedef {import("../../types/api").RunningRequest} RunningRequest */
/** @typedef {import("../../types/api").EndedRequest} EndedRequest */

/**
 * A program's name from what it calls itself: `curl/8`, `Firefox`.
 * @param {string | null | undefined} agent
 */
export function program(agent) {
  if (!agent) return "";
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent);
  if (agent.startsWith("Mozilla/") && browser) return browsers[browser[1]] ?? browser[1];
  return agent.split(" ")[0].slice(0, 40);
}

/** @type {Record<string, string>} */
const browsers = { Edg: "Edge", OPR: "Opera" };

/**
 * Who asked, in two lines.
 * @param {RunningRequest | EndedRequest} request
 */
const client = (request) => [request.client ?? "this machine", h("div", { class: "quiet-text small-text" }, program(request.user_agent))];

/**
 * Tokens a second since the answer began.
 * @param {RunningRequest | EndedRequest} request
 * @param {number} seconds since the request
 */
export function speed(request, seconds) {
  const before = request.stream ? request.first_byte_ms ?? 0 : (request.queue_ms ?? 0) + (request.load_ms ?? 0);
  const time = seconds - before / 1000;
  const { tokens = 0 } = request;
  return tokens > 1 && time > 0.01 ? tokens / time : NaN;
}

/** @param {string} title */
const cell = (title, name = "") => h("td", { "data-title": title, class: name || false });

/**
 * Where a request is, in words.
 * @param {RunningRequest} request
 */
function stateText(request) {
  switch (request.state) {
    case "running": return (request.first_byte_ms ?? null) === null ? "reading the prompt" : "answering";
    case "loading": return "waiting: the model loads";
    case "queued": return `in the queue${request.queue_position ? `, number ${request.queue_position}` : ""}`;
    default: return request.state ?? "";
  }
}

/** A request that runs. */
export class RunningRow {
  /** @param {string} id */
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

  /** @param {RunningRequest} request @param {number} now the server's time, in seconds */
  update(request, now) {
    const seconds = Math.max(0, now - request.started);
    set(this.model, request.model ?? "–");
    this.dot.dataset.state = request.state === "running" ? "loaded" : request.state === "loading" ? "loading" : "unloaded";
    set(this.word, stateText(request));
    if (!this.client.hasChildNodes()) fill(this.client, client(request));
    this.client.title = `${request.path} ${request.user_agent ?? ""}`;
    set(this.tokens, request.tokens ? count(request.tokens) : "–");
    set(this.speed, rate(speed(request, seconds)) || "–");
    set(this.time, duration(Math.floor(seconds) * 1000 || seconds * 1000));
    this.cancel.setAttribute("aria-label", `Cancel the request for ${request.model ?? "no model"}, ${request.id}`);
  }

  /** @param {string} id */
  async #cancel(id) {
    this.cancel.disabled = true;
    try {
      await json(`activity/${id}`, { method: "DELETE" });
    } catch (thrown) {
      const error = problemOf(thrown);
      // It may have ended meanwhile.
      if (error.status !== 404) toast(`It could not be cancelled: ${error.message}`);
      this.cancel.disabled = false;
    }
  }
}

/**
 * A request that has ended.
 * @param {EndedRequest} request
 */
export function recentRow(request) {
  const state = { done: "loaded", failed: "failed", cancelled: "sleeping" }[request.outcome] ?? "unloaded";
  const ended = cell("Ended");
  ended.dataset.time = String(request.ended);
  ended.title = new Date(request.ended * 1000).toLocaleString();
  /** @param {string} title @param {number | null | undefined} value */
  const time = (title, value) => fill(cell(title, "number"), value === null || value === undefined ? "–" : duration(value));
  return h("tr", {},
    h("th", { scope: "row" }, request.model ?? "no model", h("div", { class: "quiet-text small-text" }, request.path), request.error ? h("div", { class: request.outcome === "failed" ? "request-error" : "quiet-text small-text" }, request.error) : null),
    fill(cell("Outcome"), h("span", { class: "request-state" }, h("span", { class: "dot", "data-state": state }), `${request.outcome}${request.outcome === "failed" && request.status ? ` (${request.status})` : ""}`)),
    ended,
    fill(cell("Client"), client(request)),
    fill(cell("Tokens", "number"), request.tokens ? count(request.tokens) : "–", h("div", { class: "quiet-text small-text" }, rate(speed(request, (request.total_ms ?? NaN) / 1000))),
      request.cached_tokens ? h("div", { class: "quiet-text small-text", title: "Tokens of the prompt that were computed before" }, `${count(request.cached_tokens)} from the cache`) : null),
    time("In the queue", request.queue_ms), time("Loading", request.load_ms), time("First byte", request.first_byte_ms), time("Total", request.total_ms));
}

/**
 * Says how long ago the requests of a table ended.
 * @param {HTMLElement} body
 * @param {number} now the server's time, in seconds
 */
export function refreshTimes(body, now) {
  for (const each of body.querySelectorAll("td")) if (each.dataset.time) set(each, ago(Number(each.dataset.time) * 1000, now * 1000));
}

/**
 * Sets a text, if it is another one: what a screen reader stands on isn't disturbed.
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}
