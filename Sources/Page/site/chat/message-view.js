// SPDX-License-Identifier: MIT

import { copyText } from "../core/clipboard.js";
import { fill, glyph, h, iconButton } from "../core/dom.js";
import { count, duration, isFigure, percent, plural, rate } from "../core/format.js";
import { MarkdownView } from "../core/markdown.js";
import { modelMark } from "../core/model-mark.js";
import { progressOf } from "../core/model-picker.js";
import { models, stateOf } from "../core/models.js";
import { isTooLong } from "./context-use.js";
import { running } from "./generation.js";

/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("./conversations.js").Attachment} Attachment */
/** @typedef {import("./conversations.js").Call} Call */
/** @typedef {import("./generation.js").Generation} Generation */
/**
 * @typedef {{place: number, of: number, isLast: boolean, isSame?: boolean, label?: string}} Facts A message's branch; whether it ends the
 *   thread; whether the model is that of the answer before; with a
 *   label, it stands beside others that answer the same, under that name instead of its model's, and without actions.
 */
/**
 * @typedef {{message: Message} & ({what: "answer" | "newest" | "go-on" | "remove"} | {what: "again", inPlace?: boolean} |
 *   {what: "edit", text: string} | {what: "branch", by: number} | {what: "answer-call", call: Call, text: string})} Want
 */

/**
 * One message of a thread. It tells what one wants of it by the event `want`, with `{what, message, …}`:
 * `answer`, `edit`, `again`, `newest`, `go-on`, `branch`, `remove`, `answer-call`.
 */
export class MessageView extends HTMLElement {
  /** @type {Message | null} */
  #message = null;
  /** @type {Facts} */
  #facts = { place: 0, of: 1, isLast: true };
  #isEditing = false;
  // What the parts show, so that what didn't change stays as it is.
  #shownCalls = "";
  /** @type {Attachment[] | null} */
  #shownFiles = null;
  #shownTrouble = "";
  #shownFoot = "";

  head = h("div", { class: "message-head" });
  summary = h("summary");
  thoughts = h("div", { class: "prose" });
  thought = h("details", { class: "thought", hidden: true }, this.summary, this.thoughts);
  content = h("div");
  extra = h("div", { class: "message-extra" });
  wait = h("div", { class: "wait", hidden: true });
  trouble = h("div");
  foot = h("div", { class: "message-foot" });
  // Of what models write only.
  #markdown = new MarkdownView(this.content);
  #thinking = new MarkdownView(this.thoughts);

  /** The message that is shown. */
  get message() {
    if (!this.#message) throw new Error("No message is shown yet.");
    return this.#message;
  }

  /**
   * @param {Message} message
   * @param {Facts} facts
   */
  show(message, facts) {
    const isFirst = !this.#message;
    this.#message = message;
    this.#facts = facts;
    if (isFirst) this.#build();
    this.update();
  }

  #build() {
    const { role } = this.message;
    this.className = `message ${role}`;
    this.setAttribute("role", "article");
    this.content.className = role === "user" ? "said" : "prose";
    fill(this, this.head, this.thought, this.content, this.extra, this.wait, this.trouble, this.foot);
  }

  /** Shows what is new of the message. */
  update() {
    const { message } = this;
    const isRunning = message.state === "running";
    this.classList.toggle("running", isRunning);
    if (message.role === "user") {
      this.setAttribute("aria-label", "You");
      if (!this.#isEditing) fill(this.content, message.text);
      this.#showFiles();
    } else if (message.role === "tool") {
      this.setAttribute("aria-label", `Result of ${message.name || "a tool"}`);
      fill(this.head, glyph("tool"), `Result of ${message.name || "the tool"}`);
      fill(this.content, h("pre", { tabindex: "0" }, message.text));
    } else {
      const name = this.#facts.label ?? message.model ?? "";
      this.setAttribute("aria-label", `Answer of ${name}`);
      if (this.#facts.label !== undefined || this.#facts.isSame) fill(this.head);
      else if (this.head.textContent !== modelMark(name).textContent + name) fill(this.head, modelMark(name), h("span", {}, name));
      this.#markdown.update(message.text, !isRunning);
      this.#showThought(isRunning);
      this.#showCalls(isRunning);
    }
    this.#showWait(isRunning);
    this.#showTrouble();
    this.#showFoot(isRunning);
  }

  /** @param {boolean} isRunning */
  #showThought(isRunning) {
    const { reasoning, text, calls } = this.message;
    this.thought.hidden = !reasoning;
    if (!reasoning) return;
    const isThinking = isRunning && !text && !calls?.length;
    this.summary.textContent = isThinking ? "Thinking…" : "Thoughts";
    this.#thinking.update(reasoning, !isThinking);
  }

  /** @param {boolean} isRunning */
  #showCalls(isRunning) {
    const calls = this.message.calls ?? [];
    const state = JSON.stringify([calls, isRunning, this.#facts.isLast]);
    if (this.#shownCalls === state) return;
    this.#shownCalls = state;
    fill(this.extra, calls.map((call) => {
      const card = h("div", { class: "card call" }, h("div", { class: "row" }, glyph("tool"), h("strong", {}, call.name || "a tool"),
        h("span", { class: "quiet-text" }, isRunning ? "is being called…" : "was called")),
      h("pre", { tabindex: "0", "aria-label": "Arguments" }, pretty(call.arguments)));
      if (!isRunning && this.#facts.isLast) {
        const field = h("textarea", { rows: 2, name: "result", required: true });
        card.append(h("form", { class: "call-answer", onsubmit: (event) => {
          event.preventDefault();
          this.#want({ what: "answer-call", message: this.message, call, text: field.value });
        } }, h("label", { class: "field" }, "What the tool says", field), h("button", { class: "small primary" }, "Give the result")));
      }
      return card;
    }));
  }

  #showFiles() {
    const files = this.message.attachments ?? [];
    if (this.#shownFiles === files) return;
    this.#shownFiles = files;
    fill(this.extra, files.map((file) => fileView(file)));
  }

  /** @param {boolean} isRunning */
  #showWait(isRunning) {
    const { message } = this;
    const generation = running.get(message.id);
    const isWaiting = isRunning && (!generation || generation.phase !== "writing");
    this.wait.hidden = !isWaiting;
    if (!isWaiting) return;
    const { text, bar } = this.#waitText(generation);
    fill(this.wait, h("span", { class: "pulse", "aria-hidden": "true" }), h("span", {}, text), bar);
  }

  /** @param {Generation | undefined} generation @returns {{text: string, bar?: HTMLElement | null}} */
  #waitText(generation) {
    const { message } = this;
    const name = this.#facts.label ?? message.model ?? "";
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
    const state = message.state + JSON.stringify(message.error ?? null) + this.#facts.isLast;
    if (this.#shownTrouble === state) return;
    this.#shownTrouble = state;
    if (message.state !== "failed") return void fill(this.trouble);
    const { error = { message: "It failed.", advice: "" } } = message;
    const isLong = isTooLong(message);
    const said = isLong && error.promptTokens
      ? `This chat takes ${plural(error.promptTokens, "token")}, and ${message.model} has room for ${count(error.contextSize ?? 0)}.`
      : sentence(error.message);
    const canShorten = isLong && this.#facts.isLast && this.#facts.label === undefined;
    const log = models.get(message.model)?.status.log;
    fill(this.trouble, h("div", { class: "notice bad", role: "alert" }, glyph("warning"),
      h("p", {}, said, " ", h("span", { class: "quiet-text" }, error.advice)),
      canShorten ? h("button", { type: "button", class: "small primary", onclick: () => this.#want({ what: "newest", message }) }, "Answer with the newest part") : null,
      this.#facts.isLast && !canShorten ? h("button", { type: "button", class: "small", onclick: () => this.#want({ what: "again", message, inPlace: true }) }, glyph("again"), "Try again") : null,
      message.text && this.#facts.isLast && this.#facts.label === undefined && !isLong ? h("button", { type: "button", class: "small", onclick: () => this.#want({ what: "go-on", message }) }, "Continue from here") : null,
      log?.length && /failed to load/.test(error.message) ? h("details", { class: "why" }, h("summary", {}, "The end of its log"), h("pre", { tabindex: "0" }, log.join("\n"))) : null));
  }

  /** @param {boolean} isRunning */
  #showFoot(isRunning) {
    const { message } = this;
    const facts = this.#facts;
    if (facts.label !== undefined) return;
    const figures = message.role === "assistant" ? figuresOf(message) : null;
    const state = JSON.stringify([isRunning, facts, figures?.speed, figures?.more, message.state, message.finish, message.dropped]);
    if (this.#shownFoot === state) return;
    this.#shownFoot = state;
    const focused = this.foot.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
    const small = { class: "quiet small" };
    const isAnswer = message.role === "assistant";
    const branches = facts.of > 1 ? h("span", { class: "branches", role: "group", "aria-label": "Versions" },
      iconButton("left", "Previous version", () => this.#want({ what: "branch", message, by: -1 }), { ...small, disabled: facts.place === 0 }),
      h("span", {}, `${facts.place + 1}/${facts.of}`),
      iconButton("right", "Next version", () => this.#want({ what: "branch", message, by: 1 }), { ...small, disabled: facts.place === facts.of - 1 })) : null;
    fill(this.foot, branches,
      isRunning || !message.text ? null : iconButton("copy", "Copy the message", () => copyText(message.text), small),
      message.role === "user" ? iconButton("edit", "Edit the message", () => this.edit(), small) : null,
      isAnswer && !isRunning && !(facts.isLast && message.state === "failed") ? iconButton("again", "Regenerate", () => this.#want({ what: "again", message }), small) : null,
      message.role === "user" && facts.isLast
        ? h("button", { type: "button", class: "small", onclick: () => this.#want({ what: "answer", message }) }, "Answer this") : null,
      isRunning ? null : iconButton("trash", "Remove this message and all that follow", () => this.#want({ what: "remove", message }), small),
      isAnswer && facts.isLast && message.text && (message.state === "stopped" || (message.state === "done" && message.finish === "length"))
        ? h("button", { type: "button", class: "small", onclick: () => this.#want({ what: "go-on", message }) }, "Continue") : null,
      message.state === "stopped" ? h("span", { class: "figures" }, "Stopped") : null,
      message.finish === "length" && message.state === "done" ? h("span", { class: "figures" }, message.limit && (message.timings?.predicted_n ?? 0) >= message.limit
        ? `Stopped at your limit of ${plural(message.limit, "token")}` : "Cut off: no room for more tokens") : null,
      message.dropped ? h("span", { class: "figures" }, `Without the oldest ${plural(message.dropped, "message")}`) : null,
      figures ? h("span", { class: "figures", title: figures.title }, figures.speed, h("span", { class: "figures-more" }, figures.more)) : null);
    if (focused) focusOn(this.foot, `[aria-label="${focused}"]`);
  }

  /** Lets one change what was said; sending makes a branch. */
  edit() {
    if (this.#isEditing) return;
    this.#isEditing = true;
    const field = h("textarea", { "aria-label": "Edit the message", rows: Math.min(12, this.message.text.split("\n").length + 1), value: this.message.text });
    const leave = () => {
      this.#isEditing = false;
      this.update();
      focusOn(this.foot, "[aria-label='Edit the message']");
    };
    const form = h("form", { class: "edit", onsubmit: (event) => {
      event.preventDefault();
      this.#isEditing = false;
      this.#want({ what: "edit", message: this.message, text: field.value });
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

  /**
   * Puts the focus on the button for the branch before or after, or on the first one that can be pressed.
   * @param {number} by
   */
  focusOnBranch(by) {
    const same = `[aria-label="${by < 0 ? "Previous version" : "Next version"}"]:not(:disabled)`;
    focusOn(this.foot, this.foot.querySelector(same) ? same : "button:not(:disabled)");
  }

  /** @param {Want} detail */
  #want(detail) { this.dispatchEvent(new CustomEvent("want", { bubbles: true, detail })); }
}

/**
 * What an answer cost: a line, and more of it for the tip.
 * @param {Pick<Message, "timings" | "firstToken" | "state">} message
 */
export function figuresOf({ timings, firstToken, state }) {
  if (!timings || !timings.predicted_n) return null;
  const { prompt_n: prompt = 0, cache_n: cached = 0, prompt_per_second: reading, predicted_n: made, predicted_per_second: writing } = timings;
  const speed = rate(writing);
  const more = ["", plural(made, "token"), state !== "running" && isFigure(firstToken) ? `first after ${duration(firstToken)}` : ""]
    .filter((part, index) => part || index === 0).join(" · ");
  const title = `Prompt: ${plural(prompt, "token")} computed${cached ? `, ${count(cached)} from the cache` : ""}, ${rate(reading)}. `
    + `Answer: ${plural(made, "token")} in ${duration(timings.predicted_ms)}, ${rate(writing)}.`;
  return { speed, more, title };
}

/**
 * Puts the focus on the first element in another one that matches, if there is one.
 * @param {Element} element
 * @param {string} selector
 */
function focusOn(element, selector) {
  const found = element.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}

/**
 * With a capital letter and a full stop.
 * @param {string} text
 */
export function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

/** @param {string} text */
function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

/** @type {WeakMap<Blob, string>} */
const addresses = new WeakMap();

/**
 * An attached file as an element.
 * @param {Attachment} file
 */
export function fileView(file) {
  if (!file.blob) return h("span", { class: "file" }, glyph("log"), file.name);
  const src = addresses.get(file.blob) ?? URL.createObjectURL(file.blob);
  addresses.set(file.blob, src);
  return file.kind === "image" ? h("img", { class: "file-image", src, alt: file.name }) : h("audio", { controls: true, src, "aria-label": file.name });
}

customElements.define("eh-message", MessageView);
