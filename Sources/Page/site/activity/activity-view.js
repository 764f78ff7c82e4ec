// SPDX-License-Identifier: MIT
// What the server is doing, and did in the last hour.

import { followWhileSeen, json } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { bytes, count, duration, plural, rate } from "../core/format.js";
import { models } from "../core/models.js";
import { Chart } from "./chart.js";
import { drawDevices } from "./devices.js";
import { recentRow, refreshTimes, RunningRow } from "./requests.js";
import { byModel, counted, span } from "./series.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("../../types/answers").ActivityEvent} ActivityEvent */

const recentLimit = 200;
const shownAtFirst = 20;

/** @typedef {import("../../types/answers").HistoryPoint} Point */
/** @typedef {import("../../types/api").RunningRequest} RunningRequest */
/** @typedef {import("../../types/api").EndedRequest} EndedRequest */
/** @typedef {(point: Point) => number} Figure */

/** @param {Point[]} points @param {Figure} value */
const last = (points, value) => points.findLast((point) => Number.isFinite(value(point)));
/** @param {Point[]} points @param {Figure} value */
const highest = (points, value) => Math.max(0, ...points.map(value).filter(Number.isFinite));
/** @param {Point[]} points @param {Figure} value */
const total = (points, value) => points.reduce((sum, point) => sum + value(point), 0);
/** @type {Figure} */
const used = ({ memory: { free, total } }) => (total === null || free === null ? NaN : total - free);

export class ActivityView extends HTMLElement {
  /** @type {Map<string, RunningRow>} */
  #running = new Map();
  /** @type {RunningRequest[]} */
  #requests = [];
  /** @type {EndedRequest[]} */
  #recent = [];
  #isFirst = true;
  /** @type {Point[]} */
  #points = [];
  /** The server's clock less this one, in seconds. */
  #offset = 0;
  /** @type {AbortController | null} */
  #leaving = null;
  #showsAll = false;

  constructor() {
    super();
    this.summary = h("p", { class: "quiet-text", role: "status" });
    this.runningBody = h("tbody");
    this.runningTable = table("Requests that run", ["Model", "State", "Client", ["Tokens", 1], ["Speed", 1], ["Time", 1], ""], this.runningBody);
    this.idle = h("p", { class: "quiet-text" }, "Nothing is running.");
    this.recentBody = h("tbody");
    this.recentTable = table("Requests that ended", ["Model", "Outcome", "Ended", "Client", ["Tokens", 1], ["Queue", 1], ["Load", 1], ["First byte", 1], ["Total", 1]], this.recentBody);
    this.more = h("button", { type: "button", class: "small", hidden: true, onclick: () => { this.#showsAll = true; this.#drawRecent(); } });
    this.nothing = h("p", { class: "quiet-text" }, "No request has ended since the server began.");
    this.modelsBody = h("tbody");
    this.modelsTable = table("Models in the last hour", ["Model", ["Requests", 1], ["Tokens", 1], ["Loads", 1], ["Evictions", 1], ["Failures", 1]], this.modelsBody);
    this.modelsPart = h("section", { "aria-labelledby": "activity-models" }, h("h2", { id: "activity-models" }, "By model"), this.modelsTable);
    this.devices = h("div", { class: "card devices" });
    this.charts = charts();
    this.tiles = new Tiles();
    this.content = h("div", { class: "page-inner wide" },
      h("div", { class: "page-head" }, h("h1", {}, "Activity"), this.summary), this.tiles.element,
      h("section", { "aria-labelledby": "activity-now" }, h("h2", { id: "activity-now" }, "Now"), this.runningTable, this.idle),
      h("section", { "aria-labelledby": "activity-memory", hidden: true }, h("h2", { id: "activity-memory" }, "Memory"), this.devices),
      h("section", { "aria-labelledby": "activity-hour" }, h("h2", { id: "activity-hour" }, "The last hour"), h("div", { class: "charts" }, this.charts.map((chart) => chart.element))),
      this.modelsPart,
      h("section", { "aria-labelledby": "activity-lately" }, h("h2", { id: "activity-lately" }, "Recent"), this.recentTable, this.nothing, this.more));
  }

  connectedCallback() {
    this.classList.add("page");
    if (!this.content.isConnected) this.append(this.content);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    followWhileSeen("activity/sse", { signal, onopen: () => { this.#isFirst = true; }, onevent: (event) => this.#hear(/** @type {ActivityEvent} */ (event)) });
    this.#readHistory(signal);
    const ticks = [setInterval(() => this.#tick(), 1000), setInterval(() => { if (!document.hidden) this.#readHistory(signal); }, 10_000)];
    signal.addEventListener("abort", () => ticks.forEach(clearInterval));
    models.addEventListener("change", () => this.#summarise(), { signal });
    this.#drawCharts();
  }

  disconnectedCallback() { this.#leaving?.abort(); }

  get heading() { return "Activity"; }

  show() {}

  get #now() { return Date.now() / 1000 + this.#offset; }

  /** @param {ActivityEvent} event */
  #hear({ now, requests, recent }) {
    this.#offset = now - Date.now() / 1000;
    this.#requests = requests;
    // The first event has all that ended lately, later ones what is new.
    const isNew = this.#isFirst || recent.length > 0;
    this.#recent = (this.#isFirst ? recent : [...recent, ...this.#recent]).slice(0, recentLimit);
    this.#isFirst = false;
    this.#drawRunning();
    if (isNew) this.#drawRecent();
  }

  /** @param {AbortSignal} signal */
  async #readHistory(signal) {
    const since = this.#points.at(-1)?.time ?? 0;
    /** @type {import("../../types/answers").History} */
    let answer;
    try {
      answer = /** @type {typeof answer} */ (await json(`activity/history?since=${since}`, { signal }));
    } catch {
      // The frame says when the server can't be reached.
      return;
    }
    // Those of before a restart stay: they are of the last hour, too.
    this.#points = [...this.#points, ...answer.points.filter((point) => point.time > since)].filter((point) => point.time > answer.now - span);
    this.#offset = answer.now - Date.now() / 1000;
    drawDevices(this.devices, answer.devices ?? []);
    this.#drawCharts();
  }

  #tick() {
    for (const request of this.#requests) this.#running.get(request.id)?.update(request, this.#now);
    this.#showTiles();
    refreshTimes(this.recentBody, this.#now);
  }

  #drawRunning() {
    const now = this.#now;
    const rows = this.#requests.map((request) => {
      const row = this.#running.get(request.id) ?? new RunningRow(request.id);
      this.#running.set(request.id, row);
      row.update(request, now);
      return row.element;
    });
    const wanted = new Set(rows);
    for (const [id, row] of this.#running) {
      if (wanted.has(row.element)) continue;
      row.element.remove();
      this.#running.delete(id);
    }
    // Requests are listed by age, so new ones come at the end.
    rows.forEach((row, index) => { if (this.runningBody.children[index] !== row) this.runningBody.insertBefore(row, this.runningBody.children[index] ?? null); });
    this.runningTable.hidden = rows.length === 0;
    this.idle.hidden = rows.length > 0;
    this.#summarise();
  }

  #drawRecent() {
    const shown = this.#showsAll ? this.#recent : this.#recent.slice(0, shownAtFirst);
    fill(this.recentBody, shown.map(recentRow));
    refreshTimes(this.recentBody, this.#now);
    this.recentTable.hidden = shown.length === 0;
    this.nothing.hidden = shown.length > 0;
    this.more.hidden = shown.length === this.#recent.length;
    this.more.textContent = `Show all ${this.#recent.length}`;
  }

  #drawCharts() {
    const now = this.#now;
    for (const chart of this.charts) chart.update(this.#points, now);
    const sums = byModel(this.#points);
    this.modelsPart.hidden = sums.length === 0;
    fill(this.modelsBody, sums.map((sum) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: `#/models/${encodeURIComponent(sum.name)}` }, sum.name)),
      counted.map((key) => h("td", { class: "number", "data-title": key[0].toUpperCase() + key.slice(1) }, count(sum[key]))))));
    this.#summarise();
  }

  #showTiles() { this.tiles.update({ requests: this.#requests, points: this.#points, now: this.#now }); }

  #summarise() {
    const waiting = this.#requests.filter((request) => request.state !== "running").length;
    const loaded = models.list.filter((model) => ["loaded", "sleeping"].includes(model.status.value)).length;
    const text = [
      `${this.#requests.length - waiting} running`, waiting ? `${waiting} waiting` : "", models.isKnown ? `${plural(loaded, "model")} loaded` : "",
    ].filter(Boolean).join(" · ");
    if (this.summary.textContent !== text) this.summary.textContent = text;
    this.#showTiles();
  }
}

function charts() {
  /** @type {Figure} */
  const speed = (point) => point.tokens_per_second;
  return [
    new Chart({
      title: "Tokens/s", format: (value) => rate(value), series: [{ name: "tokens/s", value: speed, kind: "area", class: "s1" }],
      summary: (points) => `at most ${rate(highest(points, speed))}; ${plural(total(points, (point) => point.tokens), "token")}`,
    }),
    new Chart({
      title: "Wait in the queue", format: duration,
      series: [
        { name: "longest", value: (point) => point.queue_wait_ms.max, kind: "line", class: "s2" },
        { name: "mean", value: (point) => point.queue_wait_ms.mean, kind: "area", class: "s1" },
      ],
      summary: (points) => `at most ${duration(highest(points, (point) => point.queue_wait_ms.max))}; at most ${plural(highest(points, (point) => point.queue_depth), "request")} waited at once`,
    }),
    new Chart({
      title: "Loads and evictions", format: (value) => count(value),
      series: [
        { name: "loads", value: (point) => point.loads, kind: "bars", class: "s1" },
        { name: "evictions", value: (point) => point.evictions, kind: "bars", class: "s2" },
        { name: "failures", value: (point) => point.failures, kind: "bars", class: "bad" },
      ],
      summary: (points) => `${plural(total(points, (point) => point.loads), "load")}, ${plural(total(points, (point) => point.evictions), "eviction")}, ${plural(total(points, (point) => point.failures), "failure")}`,
    }),
    new Chart({
      title: "Memory", format: bytes, isBinary: true,
      series: [
        { name: "in use on the machine", value: used, kind: "line", class: "s3" },
        { name: "models", value: (point) => point.memory.workers, kind: "area", class: "s1" },
      ],
      summary: (points) => {
        const system = last(points, used);
        return `models ${bytes(points.at(-1)?.memory.workers)}${system ? `; ${bytes(used(system))} of ${bytes(system.memory.total)} in use` : ""}`;
      },
    }),
  ];
}

/** @param {string} name @param {(string | [string, 1])[]} heads with a 1 beside it, a column of numbers @param {HTMLElement} body */
function table(name, heads, body) {
  return h("table", { class: "requests" }, h("caption", { class: "unseen" }, name), h("thead", {}, h("tr", {}, heads.map((head) => (
    head === "" ? h("th", { scope: "col" }, h("span", { class: "unseen" }, "Actions"))
      : Array.isArray(head) ? h("th", { scope: "col", class: "number" }, head[0]) : h("th", { scope: "col" }, head))))), body);
}

customElements.define("eh-activity", ActivityView);
