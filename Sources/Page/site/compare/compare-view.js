// SPDX-License-Identifier: MIT

import "../chat/composer.js";
import { conversations } from "../chat/conversations.js";
import { Generation, running } from "../chat/generation.js";
import { setOnScreen } from "../chat/reading-order.js";
import "../chat/message-view.js";
import { requestBody } from "../chat/request.js";
import "../chat/settings-sheet.js";
import { problemOf } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { fill, glyph, h, iconButton, offerFocus } from "../core/dom.js";
import { count, duration, rate } from "../core/format.js";
import "../core/model-picker.js";
import { canChat, likelyModel, models } from "../core/models.js";
import { paced } from "../core/paced.js";
import { newID, setting, store } from "../core/store.js";
import { tally } from "./votes.js";

const most = 4;
// The messages of this view belong to no chat.
const place = "compare";
const letters = "ABCD";

/** @typedef {import("../chat/conversations.js").Message} Message */
/** @typedef {import("../chat/conversations.js").Said} Said */
/** @typedef {import("./votes.js").Vote} Vote */
/** @typedef {{models: string[], isBlind: boolean, system: string, settings: Record<string, string>}} Setup */
/** @typedef {{prompt: string, vote: string | null, isVoted: boolean, isBlind: boolean, messages: string[]}} Round `messages`: their ids */
/** @typedef {ReturnType<typeof columnOf>} Column */


/**
 * The parts of a column.
 * @param {string} model
 */
function columnOf(model) {
  return {
    model,
    message: /** @type {Message | null} */ (null),
    picker: document.createElement("eh-model-picker"),
    view: document.createElement("eh-message"),
    figures: h("dl", { class: "compare-figures" }),
    vote: h("button", { type: "button" }, glyph("thumb"), "This is better"),
    name: h("strong", { class: "compare-name" }),
    element: h("section", { class: "card compare-column" }),
    /** @type {HTMLButtonElement} */
    remove: iconButton("close", "Remove this model", () => {}, { class: "quiet small" }),
  };
}

/** One prompt to several models side by side. */
export class CompareView extends HTMLElement {
  /** @type {Column[]} */
  #columns = [];
  /** @type {Round | null} */
  #round = null;
  /** @type {Said | null} what this page has asked last; after a reload the round has its text only */
  #question = null;
  #setup = setting.get("compare", /** @type {Setup} */ ({ models: [], isBlind: false, system: "", settings: {} }));
  /** @type {Vote[]} */
  #votes = [];
  #ticking = 0;
  #isOpening = false;
  #isReady = false;
  // Whether the prompt goes out as soon as it is known whom to ask.
  #isEager = false;

  composer = document.createElement("eh-composer");
  sheet = document.createElement("eh-settings");
  prompt = h("div", { class: "said" });
  grid = h("div", { class: "compare-grid" });
  verdict = h("div", { class: "verdict", role: "status" });
  tally = h("section", { class: "tally", "aria-label": "Votes" });
  /** @type {HTMLInputElement} */
  blind = h("input", { type: "checkbox", checked: this.#setup.isBlind, onchange: () => {
    this.#setup.isBlind = this.blind.checked;
    this.#keep();
    this.#show();
  } });
  add = h("button", { type: "button", onclick: () => this.#addColumn() }, glyph("plus"), "Add a model");

  get heading() { return "Compare"; }

  connectedCallback() {
    if (!this.grid.isConnected) this.#build();
    this.#ticking = setInterval(() => this.#tick(), 500);
    this.#tellOnScreen();
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
    setOnScreen([]);
  }

  #tellOnScreen() { if (this.isConnected) setOnScreen(this.#messages().map(({ id }) => id)); }

  #build() {
    fill(this, h("div", { class: "compare-scroll" },
      h("div", { class: "page-head" }, h("h1", {}, "Compare"), this.add, h("span", { class: "spread" }),
        h("label", { class: "check" }, this.blind, "Hide the names until the vote"), iconButton("tune", "Comparison settings", () => this.#settings(), { "aria-haspopup": "dialog" })),
      this.prompt, this.grid, this.verdict, this.tally), h("div", { class: "chat-foot" }, this.composer), this.sheet);
    this.sheet.addEventListener("change", () => this.#keep());
    this.composer.draft = "compare";
    this.addEventListener("submit-message", (event) => this.#ask(event.detail));
    this.composer.addEventListener("input", () => { this.#isEager = false; });
    this.addEventListener("stop-answer", () => this.#messages().forEach((message) => running.get(message.id)?.stop()));
    this.addEventListener("want", (event) => {
      const column = this.#columns.find((column) => column.message === event.detail.message);
      if (event.detail.what === "again" && column) this.#answer(column);
    });
    models.addEventListener("change", () => this.#modelsChanged());
  }

  async show() {
    if (this.#isOpening) return;
    this.#isOpening = true;
    await conversations.ready();
    this.#votes = await store.all("votes");
    this.#round = setting.get("compare-round", /** @type {Round | null} */ (null));
    for (const id of this.#round?.messages ?? []) {
      const generation = running.get(id);
      const message = generation?.message ?? await store.get("messages", id);
      if (!message) continue;
      const column = this.#newColumn(message.model ?? "");
      column.message = message;
      if (generation) this.#watch(generation, column);
    }
    if (this.#columns.length === 0) {
      this.#round = null;
      for (const name of this.#setup.models) this.#newColumn(name);
    }
    this.#isReady = true;
    this.#modelsChanged();
    this.#show();
    offerFocus(this.composer);
  }

  // MARK: Columns

  /** @param {string} model */
  #newColumn(model) {
    const column = columnOf(model);
    column.picker.value = model;
    column.picker.addEventListener("pick", (event) => {
      column.model = event.detail;
      this.#keep();
      this.#modelsChanged();
    });
    column.vote.addEventListener("click", () => this.#vote(column));
    column.remove.addEventListener("click", () => {
      this.#columns = this.#columns.filter((other) => other !== column);
      this.#keep();
      this.#show();
    });
    fill(column.element,
      h("div", { class: "row compare-head" }, column.picker, column.name, h("span", { class: "spread" }), column.remove), column.view, column.figures, column.vote);
    this.#columns.push(column);
    return column;
  }

  #addColumn() {
    const taken = this.#columns.map((column) => column.model);
    if (!this.#isReady) return;
    this.#newColumn((models.list.find((model) => canChat(model) && !model.status.failed && !taken.includes(model.id)) ?? models.list.find(canChat))?.id ?? "");
    this.#keep();
    this.#show();
    this.#columns.at(-1)?.picker.button.focus();
  }

  /** Two columns at least, as soon as it is known what models there are. */
  #modelsChanged() {
    if (!this.#isReady || !models.isKnown) return;
    if (this.#columns.length === 0) {
      const first = likelyModel(setting.get("model", ""));
      const second = models.list.find((model) => canChat(model) && !model.status.failed && model.id !== first && model.gguf?.has_chat_template !== false)?.id;
      for (const name of [first, second ?? first]) if (name) this.#newColumn(name);
      this.#show();
    }
    const inputs = this.#columns.map(({ model }) => models.get(model)?.architecture?.input_modalities ?? []);
    this.composer.takes = (inputs[0] ?? []).filter((kind) => kind !== "text" && inputs.every((kinds) => kinds.includes(kind)));
    if (this.#isEager) this.composer.submit();
  }

  #messages() { return this.#columns.flatMap((column) => column.message ?? []); }

  #keep() {
    this.#setup.models = this.#columns.map((column) => column.model);
    setting.set("compare", this.#setup);
  }

  #settings() {
    if (!this.sheet.hidden) return this.sheet.close();
    this.sheet.open(this.#setup, this.#columns[0]?.model ?? "", "Comparison settings");
    this.sheet.enter();
  }

  // MARK: A round

  /** @param {import("../chat/composer.js").Written} written @returns {Promise<void>} */
  async #ask({ text, attachments }) {
    if (this.#columns.length === 0) {
      this.composer.restore({ text, attachments });
      this.#isEager = !this.#isReady || !models.isKnown;
      if (!this.#isEager) toast("There are no models to ask.");
      return;
    }
    this.#isEager = false;
    const old = await store.where("messages", "conversation", place);
    await store.delete("messages", ...old.map((message) => message.id));
    const order = this.#setup.isBlind ? shuffled(this.#columns.length) : this.#columns.map((_, index) => index);
    this.#columns = order.map((index) => this.#columns[index]);
    this.#question = { role: "user", text, attachments };
    for (const column of this.#columns) {
      column.message = { id: newID(), conversation: place, parent: null, role: "assistant", created: Date.now(), text: "", model: column.model, state: "running" };
    }
    const messages = this.#messages().map(({ id }) => id);
    this.#round = { prompt: text, vote: null, isVoted: false, isBlind: this.#setup.isBlind, messages };
    this.#keep();
    setting.set("compare-round", this.#round);
    await Promise.all(this.#columns.map((column) => this.#answer(column)));
  }

  /** @param {Column} column */
  async #answer(column) {
    const { message } = column;
    if (!message) return;
    const question = this.#question ?? /** @type {Said} */ ({ role: "user", text: this.#round?.prompt ?? "" });
    const takes = models.get(column.model)?.architecture?.input_modalities ?? [];
    Object.assign(message, { text: "", reasoning: "", calls: undefined, model: column.model, state: "running" });
    const generation = new Generation(message);
    running.set(message.id, generation);
    this.#watch(generation, column);
    this.#show();
    try {
      await generation.begin(await requestBody([question], { model: column.model, system: this.#setup.system, settings: this.#setup.settings, takes }));
    } catch (error) {
      running.delete(message.id);
      Object.assign(message, { state: "failed", error: { message: `The settings can't be sent: ${problemOf(error).message}.`, advice: "Correct them, then try again." } });
      this.#show();
    }
  }

  /** @param {Generation} generation @param {Column} column */
  #watch(generation, column) {
    generation.addEventListener("change", paced(() => {
      if (column.message !== generation.message) return;
      column.view.update();
      this.#showFigures(column);
    }));
    generation.addEventListener("end", () => this.#show());
  }

  /** @param {Column | null} winner null if they are all alike */
  async #vote(winner) {
    const round = this.#round;
    if (!round) return;
    const vote = { id: newID(), when: Date.now(), prompt: round.prompt, models: this.#messages().map(({ model = "" }) => model),
      winner: winner?.message?.model ?? null };
    round.isVoted = true;
    round.vote = winner?.message?.id ?? null;
    setting.set("compare-round", round);
    await store.put("votes", vote);
    this.#votes.push(vote);
    this.#show();
    this.composer.focus();
  }

  // MARK: What is shown

  /** Whether the names are hidden now. */
  get #isHidden() { return Boolean(this.#round?.isBlind && !this.#round.isVoted); }

  #show() {
    this.#tellOnScreen();
    this.prompt.textContent = this.#round?.prompt ?? "";
    this.#columns.forEach((column, index) => {
      const { message } = column;
      column.element.setAttribute("aria-label", `Model ${letters[index]}`);
      column.picker.hidden = this.#isHidden;
      column.name.textContent = this.#isHidden ? `Model ${letters[index]}` : "";
      column.remove.hidden = this.#isHidden || this.#columns.length <= 2;
      column.view.hidden = !message;
      if (message) column.view.show(message, { place: 0, of: 1, isLast: true, label: this.#isHidden ? `Model ${letters[index]}` : message.model });
      column.element.classList.toggle("chosen", Boolean(message && this.#round?.vote === message.id));
      this.#showFigures(column);
    });
    const elements = this.#columns.map((column) => column.element);
    if (elements.length !== this.grid.children.length || elements.some((element, index) => element !== this.grid.children[index])) {
      this.grid.replaceChildren(...elements);
    }
    this.add.disabled = this.#columns.length >= most || this.#isHidden;
    this.#showVerdict();
    this.#showTally();
    this.#tick();
  }

  /** @param {Column} column */
  #showFigures({ message, figures }) {
    if (!message?.timings?.predicted_n) return void fill(figures);
    const { timings, timings: { predicted_n: tokens }, firstToken, load = 0 } = message;
    const rows = [["First token", duration(firstToken)], ["Speed", rate(timings.predicted_per_second)], ["Tokens", count(tokens)]];
    if (load > 100) rows.splice(1, 0, ["of which loading", duration(load)]);
    fill(figures, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  #showVerdict() {
    const messages = this.#messages();
    const isReady = messages.length > 1 && messages.every((message) => message.state !== "running" && message.text);
    const isOpen = isReady && this.#round?.isVoted === false;
    for (const column of this.#columns) column.vote.hidden = !isOpen || !column.message;
    if (isOpen) fill(this.verdict, h("span", { class: "quiet-text" }, "Which answer is better?"), h("button", { type: "button", onclick: () => this.#vote(null) }, "Tie"));
    else if (this.#round?.isVoted) {
      const { vote } = this.#round;
      const winner = messages.find((message) => message.id === vote);
      fill(this.verdict, glyph("check"), winner ? `You found ${winner.model} better.` : "You called it a tie.");
    } else if (!this.#round && this.#isReady) fill(this.verdict, h("span", { class: "quiet-text" }, "Write a prompt: all models answer it at once, side by side."));
    else fill(this.verdict);
  }

  #showTally() {
    const rows = tally(this.#votes);
    this.tally.hidden = rows.length === 0;
    fill(this.tally, h("div", { class: "page-head" }, h("h2", {}, "Your votes"), h("span", { class: "spread" }),
      h("button", { type: "button", class: "small quiet", onclick: () => this.#forget() }, "Clear votes")),
    h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Votes by model" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Model", "Better", "Tie", "Worse"].map((name, index) => h("th", { scope: "col", class: index ? "number" : null }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.model),
        [row.better, row.alike, row.worse].map((number) => h("td", { class: "number" }, count(number)))))))));
  }

  async #forget() {
    if (!await confirm("Clear all votes?", "The votes are kept in this browser only: they can't be brought back.", "Clear votes")) return;
    await store.delete("votes", ...this.#votes.map((vote) => vote.id));
    this.#votes = [];
    this.#show();
  }

  #tick() {
    const active = this.#columns.filter(({ message }) => message && running.has(message.id));
    this.composer.isBusy = active.length > 0;
    for (const { message, view } of active) if (message && running.get(message.id)?.phase !== "writing") view.update();
  }
}

/**
 * The numbers below `length` in an order by chance.
 * @param {number} length
 */
function shuffled(length) {
  const numbers = [...Array(length).keys()];
  for (let index = length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    [numbers[index], numbers[other]] = [numbers[other], numbers[index]];
  }
  return numbers;
}

customElements.define("eh-compare", CompareView);
