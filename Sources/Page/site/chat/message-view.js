// SPDX-License-Identifier: MIT

import { copyText } from "../core/clipboard.js";
import { fill, glyph, h, iconButton } from "../core/dom.js";
import { count, duration, percent, plural, rate } from "../core/format.js";
import { MarkdownView } from "../core/markdown.js";
import { progressOf } from "../core/model-picker.js";
import { models, stateOf } from "../core/models.js";
import { isTooLong } from "./context-use.js";
import { running } from "./generation.js";

/**
 * One message of a thread. It tells what one wants of it by the event `want`, with `{what, message, …}`:
 * `answer`, `edit`, `again`, `newest`, `go-on`, `branch`, `remove`, `answer-call`.
 */
class MessageView extends HTMLElement {
  /**
   * @param {import("./conversations.js").Message} message
   * @param {{place: number, of: number, isLast: boolean, label?: string}} facts its branch; whether it ends the thread; with a label, it
   *   stands beside others that answer the same, under that name instead of its model's, and without actions
   */
  show(message, facts) {
    this.message = message;
    this.facts = facts;
    if (!this.content) this.#build();
    this.update();
  }

  #build() {
    const { role } = this.message;
    this.className = `message ${role}`;
    this.setAttribute("role", "article");
    this.head = h("div", { class: "message-head" });
    this.thought = h("details", { class: "thought", hidden: true }, h("summary", {}), h("div", { class: "prose" }));
    this.content = h("div", { class: role === "user" ? "said" : "prose" });
    this.extra = h("div", { class: "message-extra" });
    this.wait = h("div", { class: "wait", hidden: true });
    this.trouble = h("div", {});
    this.foot = h("div", { class: "message-foot" });
    fill(this, this.head, this.thought, this.content, this.extra, this.wait, this.trouble, this.foot);
    if (role !== "user") {
      this.markdown = new MarkdownView(this.content);
      this.thoughts = new MarkdownView(this.thought.lastChild);
    }
  }

  /** Shows what is new of the message. */
  update() {
    const { message } = this;
    const isRunning = message.state === "running";
    this.classList.toggle("running", isRunning);
    if (message.role === "user") {
      this.setAttribute("aria-label", "You");
      if (!this.editing) fill(this.content, message.text);
      this.#showFiles();
    } else if (message.role === "tool") {
      this.setAttribute("aria-label", `Result of ${message.name || "a tool"}`);
      fill(this.head, glyph("tool"), `Result of ${message.name || "the tool"}`);
      fill(this.content, h("pre", { tabindex: "0" }, message.text));
    } else {
      const name = this.facts.label ?? message.model;
      this.setAttribute("aria-label", `Answer of ${name}`);
      fill(this.head, this.facts.label === undefined ? name : null);
      this.markdown.update(message.text, !isRunning);
      this.#showThought(isRunning);
      this.#showCalls(isRunning);
    }
    this.#showWait(isRunning);
    this.#showTrouble();
    this.#showFoot(isRunning);
  }

  #showThought(isRunning) {
    const { reasoning, text, calls } = this.message;
    this.thought.hidden = !reasoning;
    if (!reasoning) return;
    const isThinking = isRunning && !text && !calls?.length;
    this.thought.firstChild.textContent = isThinking ? "Thinking…" : "Thoughts";
    this.thoughts.update(reasoning, !isThinking);
  }

  #showCalls(isRunning) {
    const calls = this.message.calls ?? [];
    const state = JSON.stringify([calls, isRunning, this.facts.isLast]);
    if (this.shownCalls === state) return;
    this.shownCalls = state;
    fill(this.extra, calls.map((call) => {
      const card = h("div", { class: "card call" }, h("div", { class: "row" }, glyph("tool"), h("strong", {}, call.name || "a tool"),
        h("span", { class: "quiet-text" }, isRunning ? "is being called…" : "was called")),
      h("pre", { tabindex: "0", "aria-label": "Arguments" }, pretty(call.arguments)));
      if (!isRunning && this.facts.isLast) {
        const field = h("textarea", { rows: 2, name: "result", required: true });
        card.append(h("form", { class: "call-answer", onsubmit: (event) => {
          event.preventDefault();
          this.#want("answer-call", { call, text: field.value });
        } }, h("label", { class: "field" }, "What the tool says", field), h("button", { class: "small primary" }, "Give the result")));
      }
      return card;
    }));
  }

  #showFiles() {
    const files = this.message.attachments ?? [];
    if (this.shownFiles === files) return;
    this.shownFiles = files;
    fill(this.extra, files.map((file) => fileView(file)));
  }

  #showWait(isRunning) {
    const { message } = this;
    const generation = running.get(message.id);
    const isWaiting = isRunning && (!generation || generation.phase !== "writing");
    this.wait.hidden = !isWaiting;
    if (!isWaiting) return;
    const { text, bar } = this.#waitText(generation);
    fill(this.wait, h("span", { class: "pulse", "aria-hidden": "true" }), h("span", {}, text), bar);
  }

  #waitText(generation) {
    const { message } = this;
    const name = this.facts.label ?? message.model;
    if (message.isHeld) {
      const coming = models.successor(message.model);
      return { text: `${name} is on its way: your message is sent as soon as it is there.`, bar: coming ? progressOf(coming) : null };
    }
    if (!generation || generation.phase === "reconnecting") return { text: "Reconnecting to the answer…" };
    if (generation.phase === "catching-up") return { text: "Reading what came meanwhile…" };
    const progress = message.progress;
    if (progress && progress.total > 0) {
      const part = progress.processed / progress.total;
      return part < 1 ? { text: `Reading the prompt: ${percent(part)} of ${plural(progress.total, "token")}` } : { text: "Thinking of the first word…" };
    }
    const model = models.get(message.model);
    const state = stateOf(model);
    const waited = Date.now() - (message.begun ?? Date.now());
    const since = waited > 3000 ? ` (${duration(Math.floor(waited / 1000) * 1000)})` : "";
    if (state === "loading") return { text: `Loading ${name}…${since}`, bar: progressOf(model) };
    if (state === "sleeping") return { text: `Waking ${name}…${since}` };
    if (state === "downloading") return { text: `Downloading ${name}…${since}`, bar: progressOf(model) };
    if (state === "unloaded" || state === "failed") {
      const place = generation.queuePosition;
      return { text: `Waiting for a free place to load ${name}${place ? ` (${place} in the queue)` : ""}…${since}` };
    }
    return { text: `Waiting for ${name}…${since}` };
  }

  #showTrouble() {
    const { message } = this;
    const state = message.state + JSON.stringify(message.error ?? null) + this.facts.isLast;
    if (this.shownTrouble === state) return;
    this.shownTrouble = state;
    if (message.state !== "failed") return void fill(this.trouble);
    const { error } = message;
    const isLong = isTooLong(message);
    const said = isLong && error.promptTokens
      ? `This chat takes ${plural(error.promptTokens, "token")}, and ${message.model} has room for ${count(error.contextSize)}.`
      : sentence(error.message);
    const canShorten = isLong && this.facts.isLast && this.facts.label === undefined;
    const log = models.get(message.model)?.status.log;
    fill(this.trouble, h("div", { class: "notice bad", role: "alert" }, glyph("warning"),
      h("p", {}, said, " ", h("span", { class: "quiet-text" }, error.advice)),
      canShorten ? h("button", { type: "button", class: "small primary", onclick: () => this.#want("newest") }, "Answer with the newest part") : null,
      this.facts.isLast && !canShorten ? h("button", { type: "button", class: "small", onclick: () => this.#want("again", { inPlace: true }) }, glyph("again"), "Try again") : null,
      message.text && this.facts.isLast && this.facts.label === undefined && !isLong ? h("button", { type: "button", class: "small", onclick: () => this.#want("go-on") }, "Go on from here") : null,
      log?.length && /failed to load/.test(error.message) ? h("details", { class: "why" }, h("summary", {}, "The end of its log"), h("pre", { tabindex: "0" }, log.join("\n"))) : null));
  }

  #showFoot(isRunning) {
    const { message, facts } = this;
    if (facts.label !== undefined) return;
    const figures = message.role === "assistant" ? figuresOf(message) : null;
    const state = JSON.stringify([isRunning, facts, figures?.text, message.state, message.finish, message.dropped]);
    if (this.shownFoot === state) return;
    this.shownFoot = state;
    const focused = this.foot.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const small = { class: "quiet small" };
    const isAnswer = message.role === "assistant";
    const branches = facts.of > 1 ? h("span", { class: "branches", role: "group", "aria-label": "Branches" },
      iconButton("left", "The branch before", () => this.#want("branch", { by: -1 }), { ...small, disabled: facts.place === 0 }),
      h("span", {}, `${facts.place + 1}/${facts.of}`),
      iconButton("right", "The branch after", () => this.#want("branch", { by: 1 }), { ...small, disabled: facts.place === facts.of - 1 })) : null;
    fill(this.foot, branches,
      isRunning || !message.text ? null : iconButton("copy", "Copy the message", () => copyText(message.text), small),
      message.role === "user" ? iconButton("edit", "Edit the message", () => this.edit(), small) : null,
      isAnswer && !isRunning && !(facts.isLast && message.state === "failed") ? iconButton("again", "Another answer", () => this.#want("again"), small) : null,
      message.role === "user" && facts.isLast
        ? h("button", { type: "button", class: "small", onclick: () => this.#want("answer") }, "Have it answered") : null,
      isRunning ? null : iconButton("trash", "Remove this message and all that follow", () => this.#want("remove"), small),
      isAnswer && facts.isLast && message.text && (message.state === "stopped" || (message.state === "done" && message.finish === "length"))
        ? h("button", { type: "button", class: "small", onclick: () => this.#want("go-on") }, "Go on") : null,
      message.state === "stopped" ? h("span", { class: "figures" }, "Stopped") : null,
      message.finish === "length" && message.state === "done" ? h("span", { class: "figures" }, message.timings?.predicted_n >= message.limit
        ? `Stopped at your limit of ${plural(message.limit, "token")}` : "Cut off: no room for more tokens") : null,
      message.dropped ? h("span", { class: "figures" }, `Without the oldest ${plural(message.dropped, "message")}`) : null,
      figures ? h("span", { class: "figures", title: figures.title }, figures.text) : null);
    if (focused) this.foot.querySelector(`[aria-label="${focused}"]`)?.focus();
  }

  /** Lets one change what was said; sending makes a branch. */
  edit() {
    if (this.editing) return;
    this.editing = true;
    const field = h("textarea", { "aria-label": "Edit the message", rows: Math.min(12, this.message.text.split("\n").length + 1), value: this.message.text });
    const leave = () => {
      this.editing = false;
      this.update();
      this.foot.querySelector("[aria-label='Edit the message']")?.focus();
    };
    const form = h("form", { class: "edit", onsubmit: (event) => {
      event.preventDefault();
      this.editing = false;
      this.#want("edit", { text: field.value });
    } }, field, h("div", { class: "row" }, h("button", { class: "primary small" }, "Send"),
      h("button", { type: "button", class: "small", onclick: leave }, "Cancel"),
      h("small", { class: "quiet-text" }, "The first version stays as a branch.")));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); leave(); }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
    fill(this.content, form);
    field.focus();
  }

  #want(what, more = {}) {
    this.dispatchEvent(new CustomEvent("want", { bubbles: true, detail: { what, message: this.message, ...more } }));
  }
}

/** What an answer cost: a line, and more of it for the tip. */
export function figuresOf({ timings, firstToken, state }) {
  if (!timings || !timings.predicted_n) return null;
  const { prompt_n: prompt, cache_n: cached = 0, prompt_per_second: reading, predicted_n: made, predicted_per_second: writing } = timings;
  const text = [rate(writing), plural(made, "token"),
    state !== "running" && Number.isFinite(firstToken) ? `first after ${duration(firstToken)}` : ""].filter(Boolean).join(" · ");
  const title = `Prompt: ${plural(prompt, "token")} computed${cached ? `, ${count(cached)} from the cache` : ""}, ${rate(reading)}. `
    + `Answer: ${plural(made, "token")} in ${duration(timings.predicted_ms)}, ${rate(writing)}.`;
  return { text, title };
}

/** With a capital letter and a full stop. */
export function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

const addresses = new WeakMap();

/** An attached file as an element. */
export function fileView(file) {
  if (!file.blob) return h("span", { class: "file" }, glyph("log"), file.name);
  if (!addresses.has(file.blob)) addresses.set(file.blob, URL.createObjectURL(file.blob));
  const src = addresses.get(file.blob);
  return file.kind === "image" ? h("img", { class: "file-image", src, alt: file.name }) : h("audio", { controls: true, src, "aria-label": file.name });
}

customElements.define("eh-message", MessageView);
