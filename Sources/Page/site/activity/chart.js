// SPDX-License-Identifier: MIT
// A chart of the last hour in SVG, with its figures as a table beside it.

import { fill, h, svg } from "../core/dom.js";
import { bins, isSparse, niceEnd, reach, stretches } from "./series.js";

const height = 150;
const top = 18;
const bottom = 18;

/** @typedef {import("../../types/answers").HistoryPoint} Point */
/** @typedef {import("./series.js").Bin} Bin */
/** @typedef {(value: number) => number} Scale */
/**
 * @typedef {Object} Series
 * @property {string} name
 * @property {(point: Point) => number} value
 * @property {"area" | "line" | "bars"} kind bars show sums of a sixtieth of the width, all series of the chart on each other
 * @property {string} class one of `s1` to `s4` and `bad`
 */

export class Chart {
  /** @type {Point[]} */
  #points = [];
  #now = Date.now() / 1000;
  #width = 0;
  #span = reach([], 0);

  /**
   * @param {{title: string, series: Series[], format: (value: number) => string, summary: (points: Point[]) => string, isBinary?: boolean}} options
   */
  constructor({ title, series, format, summary, isBinary = false }) {
    this.title = title;
    this.series = series;
    this.format = format;
    this.summary = summary;
    this.isBinary = isBinary;
    this.isBars = series[0].kind === "bars";
    this.said = h("p", { class: "chart-said" });
    this.marks = svg("g");
    this.cursor = svg("line", { class: "cursor", y1: top, y2: height - bottom, visibility: "hidden" });
    this.plot = svg("svg", { class: "chart-plot", role: "img", height }, this.marks, this.cursor);
    this.plot.addEventListener("pointermove", (event) => this.#point(event));
    this.plot.addEventListener("pointerleave", () => this.#leave());
    const legend = series.length < 2 ? null : h("ul", { class: "legend" }, series.map((one) => h("li", {}, h("span", { class: `key ${one.class}` }), one.name)));
    this.table = h("div", { class: "chart-table", tabindex: "0", role: "region", "aria-label": `${title}, as a table` });
    this.figures = h("details", { ontoggle: () => this.#tabulate() }, h("summary", {}, "As a table"), this.table);
    this.element = h("figure", { class: "card chart" }, h("figcaption", {}, h("h3", {}, title), this.said), this.plot, legend, this.figures);
    new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width);
      if (width === this.#width || width === 0) return;
      this.#width = width;
      this.#draw();
    }).observe(this.plot);
  }

  /** @param {Point[]} points of the last hour, oldest first; @param {number} now the server's time, in seconds */
  update(points, now) {
    this.#points = points;
    this.#now = now;
    this.#span = reach(points, now);
    const text = points.length ? this.summary(points) : "nothing noted yet";
    this.said.textContent = text;
    this.plot.setAttribute("aria-label", `${this.title} in the last hour: ${text}`);
    this.#draw();
    this.#tabulate();
  }

  #draw() {
    if (!this.#width) return;
    const parts = this.isBars ? this.#bins() : [];
    const highest = this.isBars
      ? Math.max(0, ...parts.map((bin) => bin.values.reduce((sum, value) => sum + value, 0)))
      : Math.max(0, ...this.#points.flatMap((point) => this.series.map((one) => one.value(point)).filter(Number.isFinite)));
    const end = this.isBars ? Math.max(2, niceEnd(highest)) : niceEnd(highest, this.isBinary);
    /** @type {Scale} */
    const y = (value) => height - bottom - (value / end) * (height - top - bottom);
    /** @type {Scale} */
    const x = (part) => part * this.#width;
    this.plot.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    fill(this.marks, this.#axes(end, highest, y, x), this.isBars ? this.#bars(parts, y) : this.series.map((one) => this.#line(one, y, x)));
  }

  #bins() { return bins(this.#points, this.series.map((one) => one.value), this.#now, this.#span / 60, 60); }

  /** Which parts of the axis say what they stand for: not half of what can't be halved, and nothing where there is nothing. */
  /** @param {number} end @param {number} highest */
  #labelled(end, highest) {
    if (highest === 0) return [];
    const isWhole = !this.isBars || end % 2 === 0;
    return isWhole && this.format(end / 2) !== this.format(end) ? [0.5, 1] : [1];
  }

  /** @param {number} end @param {number} highest @param {Scale} y @param {Scale} x */
  #axes(end, highest, y, x) {
    const lines = [0, 0.5, 1].map((part) => svg("line", { class: part ? "grid" : "base", x1: 0, x2: this.#width, y1: y(end * part), y2: y(end * part) }));
    const values = this.#labelled(end, highest).map((part) => svg("text", { x: 2, y: y(end * part) - 4 }, this.format(end * part)));
    const times = (this.#width < 420 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((part) => {
      const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
      return svg("text", { x: x(part), y: height - 4, "text-anchor": anchor }, part === 1 ? "now" : `−${Math.round(((1 - part) * this.#span) / 6) / 10} min`);
    });
    return [lines, values, times];
  }

  /** @param {Series} one @param {Scale} y @param {Scale} x */
  #line(one, y, x) {
    return stretches(this.#points, one.value, this.#now, this.#span).map((stretch) => {
      const path = stretch.map((point, index) => `${index ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point.value).toFixed(1)}`).join("");
      const isThin = one.kind === "area" && isSparse(this.#points, one.value);
      const stroke = svg("path", { class: `stroke ${one.class}`, d: isThin ? `M${x(stretch[0].x).toFixed(1)} ${y(0)}H${x(stretch[stretch.length - 1].x).toFixed(1)}` : path });
      if (one.kind !== "area") return stroke;
      // A few moments in an hour would be needles on a line: they are columns.
      if (isThin) return [stroke, this.#columns(one, stretch, y, x)];
      const area = `${path}L${x(stretch[stretch.length - 1].x).toFixed(1)} ${y(0)}L${x(stretch[0].x).toFixed(1)} ${y(0)}z`;
      return [svg("path", { class: `area ${one.class}`, d: area }), stroke];
    });
  }

  /** @param {Series} one @param {{x: number, value: number}[]} stretch @param {Scale} y @param {Scale} x */
  #columns(one, stretch, y, x) {
    return stretch.slice(1).map((point, index) => {
      const width = Math.max(4, x(point.x) - x(stretch[index].x) - 1);
      return point.value > 0 && svg("rect", { class: `column ${one.class}`, x: (x(point.x) - width).toFixed(1), width: width.toFixed(1),
        y: y(point.value).toFixed(1), height: (y(0) - y(point.value)).toFixed(1), rx: 1.5 });
    }).filter(Boolean);
  }

  /** @param {Bin[]} parts @param {Scale} y */
  #bars(parts, y) {
    const width = this.#width / parts.length;
    return parts.flatMap((bin, index) => {
      let sum = 0;
      return bin.values.map((value, place) => {
        sum += value;
        return value > 0 && svg("rect", {
          class: `column ${this.series[place].class}`, x: (index * width + 1).toFixed(1), width: Math.max(width - 2, 1).toFixed(1),
          y: y(sum).toFixed(1), height: (y(sum - value) - y(sum)).toFixed(1), rx: 1,
        });
      });
    }).filter(Boolean);
  }

  /** Says what was where the pointer is. */
  /** @param {MouseEvent} event */
  #point(event) {
    const part = Math.min(Math.max(event.offsetX / this.#width, 0), 1);
    const time = this.#now - (1 - part) * this.#span;
    let at;
    if (this.isBars) {
      const bin = this.#bins().find((bin) => time >= bin.time && time <= bin.time + bin.seconds);
      at = bin && { time: bin.time, values: bin.values };
    } else {
      const point = this.#points.find((point) => time >= point.time && time <= point.time + point.seconds);
      at = point && { time: point.time + point.seconds, values: this.series.map((one) => one.value(point)) };
    }
    this.cursor.setAttribute("visibility", "visible");
    this.cursor.setAttribute("x1", String(part * this.#width));
    this.cursor.setAttribute("x2", String(part * this.#width));
    this.said.textContent = at ? `${clock(at.time)}: ${this.#words(at.values)}` : `${clock(time)}: nothing noted`;
  }

  #leave() {
    this.cursor.setAttribute("visibility", "hidden");
    this.said.textContent = this.#points.length ? this.summary(this.#points) : "nothing noted yet";
  }

  /** @param {number[]} values */
  #words(values) {
    const isOne = this.series.length === 1;
    return values.map((value, index) => `${isOne ? "" : `${this.series[index].name} `}${Number.isFinite(value) ? this.format(value) : "–"}`).join(", ");
  }

  #tabulate() {
    if (!this.figures.open) return;
    const rows = bins(this.#points, this.series.map((one) => one.value), this.#now).filter((bin) => bin.count).reverse();
    // A minute's sum of what happened; of what is measured, its mean.
    const shown = (/** @type {Bin} */ bin, /** @type {number} */ value) => this.format(this.isBars ? value : value / bin.count);
    fill(this.table, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Minute from"), this.series.map((one) => h("th", { scope: "col", class: "number" }, one.name)))),
      h("tbody", {}, rows.map((bin) => h("tr", {}, h("th", { scope: "row" }, clock(bin.time)), bin.values.map((value) => h("td", { class: "number" }, shown(bin, value))))))));
  }
}

/** @param {number} seconds since 1970 */
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
