// SPDX-License-Identifier: MIT

/** Reads server-sent events from bytes as they come (WHATWG HTML, "Server-sent events"). */
export class EventParser {
  /** @type {Uint8Array[]} */
  #line = [];
  /** @type {string[]} */
  #data = [];
  #event = "";
  #bytes = 0;
  #decoder = new TextDecoder();

  /**
   * @param {Uint8Array} chunk
   * @returns {{event: string, data: string, bytes: number}[]} the events that are complete now; `bytes` is where the event ends
   */
  push(chunk) {
    /** @type {{event: string, data: string, bytes: number}[]} */
    const complete = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(10, start);
      if (end < 0) break;
      this.#line.push(chunk.subarray(start, end));
      this.#bytes += end + 1 - start;
      start = end + 1;
      const line = this.#takeLine();
      if (line === "") {
        if (this.#data.length) complete.push({ event: this.#event || "message", data: this.#data.join("\n"), bytes: this.#bytes });
        this.#data = [];
        this.#event = "";
      } else {
        this.#field(line);
      }
    }
    if (start < chunk.length) {
      this.#line.push(chunk.slice(start));
      this.#bytes += chunk.length - start;
    }
    return complete;
  }

  #takeLine() {
    let text = "";
    for (const part of this.#line) text += this.#decoder.decode(part, { stream: true });
    text += this.#decoder.decode();
    this.#line = [];
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }

  /** @param {string} line */
  #field(line) {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
  }
}
