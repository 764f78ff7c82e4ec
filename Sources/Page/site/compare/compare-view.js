// SPDX-License-Identifier: MIT

import "../chat/composer.js";
import { conversations } from "../chat/conversations.js";
import { Generation, running } from "../chat/generation.js";
import { setOnScreen } from "../chat/reading-order.js";
import "../chat/message-view.js";
import { requestBody } from "../chat/request.js";
import { askForSettings } from "../chat/settings-dialog.js";
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

/** One prompt to several models side by side. */
class CompareView extends HTMLElement {
  #columns = [];
  #round = null;
  #setup = setting.get("compare", { models: [], isBlind: false, system: "", settings: {} });
  #votes = [];
  #ticking = null;
  #isOpening = false;
  #isReady = false;
  // Whether the prompt goes out as soon as it is known whom to ask.
  #isEager = false;

  get heading() { return "Compare"; }

  connectedCallback() {
    if (!this.grid) this.#build();
    this.#ticking = setInterval(() => this.#tick(), 500);
    this.#tellOnScreen();
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
    setOnScreen([]);
  }

  #tellOnScreen() { if (this.isConnected) setOnScreen(this.#messages().map(({ id }) => id)); }

  #build() {
    this.composer = document.createElement("eh-composer");
    this.prompt = h("div", { class: "said" });
    this.grid = h("div", { class: "compare-grid" });
    this.verdict = h("div", { class: "verdict", role: "status" });
    this.tally = h("section", { class: "tally", "aria-label": "Votes" });
    this.blind = h("input", { type: "checkbox", checked: this.#setup.isBlind, onchange: () => {
      this.#setup.isBlind = this.blind.checked;
      this.#keep();
      this.#show();
    } });
    this.add = h("button", { type: "button", onclick: () => this.#addColumn() }, glyph("plus"), "Add a model");
    fill(this, h("div", { class: "compare-scroll" },
      h("div", { class: "page-head" }, h("h1", {}, "Compare"), this.add, h("span", { class: "spread" }),
        h("label", { class: "check" }, this.blind, "Hide the names until the vote"), iconButton("tune", "Settings of the comparison", () => this.#settings())),
      this.prompt, this.grid, this.verdict, this.tally), h("div", { class: "chat-foot" }, this.composer));
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
    this.#round = setting.get("compare-round");
    if (this.#round) {
      for (const id of this.#round.messages) {
        const message = running.get(id)?.message ?? await store.get("messages", id);
        if (!message) continue;
        const column = this.#newColumn(message.model);
        column.message = message;
        if (running.has(id)) this.#watch(running.get(id), column);
      }
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

  #newColumn(model) {
    const column = { model, message: null };
    column.picker = document.createElement("eh-model-picker");
    column.picker.value = model;
    column.picker.addEventListener("pick", (event) => {
      column.model = event.detail;
      this.#keep();
      this.#modelsChanged();
    });
    column.view = document.createElement("eh-message");
    column.figures = h("dl", { class: "compare-figures" });
    column.vote = h("button", { type: "button", onclick: () => this.#vote(column) }, glyph("thumb"), "This is better");
    column.remove = iconButton("close", "Remove this model", () => {
      this.#columns = this.#columns.filter((other) => other !== column);
      this.#keep();
      this.#show();
    }, { class: "quiet small" });
    column.name = h("strong", { class: "compare-name" });
    column.element = h("section", { class: "card compare-column" },
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
    this.#columns.at(-1).picker.button.focus();
  }

  /** Two columns at least, as soon as it is known what models there are. */
  #modelsChanged() {
    if (!this.#isReady || !models.isKnown) return;
    if (this.#columns.length === 0) {
      const first = likelyModel(setting.get("model", ""));
      const second = models.list.find((model) => canChat(model) && !model.status.failed && model.id !== first && model.gguf?.has_chat_template !== false)?.id;
      for (const name of [first, second ?? first].filter(Boolean)) this.#newColumn(name);
      this.#show();
    }
    const inputs = this.#columns.map(({ model }) => models.get(model)?.architecture?.input_modalities ?? []);
    this.composer.takes = (inputs[0] ?? []).filter((kind) => kind !== "text" && inputs.every((kinds) => kinds.includes(kind)));
    if (this.#isEager) this.composer.submit();
  }

  #messages() { return this.#columns.map((column) => column.message).filter(Boolean); }

  #keep() {
    this.#setup.models = this.#columns.map((column) => column.model);
    setting.set("compare", this.#setup);
  }

  async #settings() {
    if (await askForSettings(this.#setup)) this.#keep();
  }

  // MARK: A round

  async #ask({ text, attachments }) {
    if (this.#columns.length === 0) {
      this.composer.restore({ text, attachments });
      this.#isEager = !this.#isReady || !models.isKnown;
      return this.#isEager ? undefined : toast("There are no models to ask.");
    }
    this.#isEager = false;
    const old = await store.where("messages", "conversation", place);
    await store.delete("messages", ...old.map((message) => message.id));
    const order = this.#setup.isBlind ? shuffled(this.#columns.length) : this.#columns.map((_, index) => index);
    this.#columns = order.map((index) => this.#columns[index]);
    this.#round = { prompt: text, vote: null, isVoted: false, isBlind: this.#setup.isBlind, messages: [] };
    this.question = { role: "user", text, attachments };
    for (const column of this.#columns) {
      column.message = { id: newID(), conversation: place, parent: null, role: "assistant", created: Date.now(), text: "", model: column.model, state: "running" };
      this.#round.messages.push(column.message.id);
    }
    this.#keep();
    setting.set("compare-round", this.#round);
    await Promise.all(this.#columns.map((column) => this.#answer(column)));
  }

  async #answer(column) {
    const { message } = column;
    const question = this.question ?? { role: "user", text: this.#round.prompt };
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
      Object.assign(message, { state: "failed", error: { message: `The settings can't be sent: ${error.message}.`, advice: "Correct them, then try again." } });
      this.#show();
    }
  }

  #watch(generation, column) {
    generation.addEventListener("change", paced(() => {
      if (column.message !== generation.message) return;
      column.view.update();
      this.#showFigures(column);
    }));
    generation.addEventListener("end", () => this.#show());
  }

  async #vote(winner) {
    const vote = { id: newID(), when: Date.now(), prompt: this.#round.prompt, models: this.#columns.map((column) => column.message.model),
      winner: winner?.message.model ?? null };
    this.#round.isVoted = true;
    this.#round.vote = winner?.message.id ?? null;
    setting.set("compare-round", this.#round);
    await store.put("votes", vote);
    this.#votes.push(vote);
    this.#show();
    this.composer.focus();
  }

  // MARK: What is shown

  /** Whether the names are hidden now. */
  get #isHidden() { return Boolean(this.#round?.isBlind) && !this.#round.isVoted; }

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
      column.element.classList.toggle("chosen", Boolean(message) && this.#round?.vote === message.id);
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

  #showFigures({ message, figures }) {
    if (!message?.timings?.predicted_n) return void fill(figures);
    const { timings, firstToken, load } = message;
    const rows = [["First token", duration(firstToken)], ["Speed", rate(timings.predicted_per_second)], ["Tokens", count(timings.predicted_n)]];
    if (load > 100) rows.splice(1, 0, ["of which loading", duration(load)]);
    fill(figures, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  #showVerdict() {
    const messages = this.#messages();
    const isReady = messages.length > 1 && messages.every((message) => message.state !== "running" && message.text);
    const isOpen = Boolean(this.#round) && isReady && !this.#round.isVoted;
    for (const column of this.#columns) column.vote.hidden = !isOpen || !column.message;
    if (isOpen) fill(this.verdict, h("span", { class: "quiet-text" }, "Which answer is better?"), h("button", { type: "button", onclick: () => this.#vote(null) }, "All alike"));
    else if (this.#round?.isVoted) {
      const winner = messages.find((message) => message.id === this.#round.vote);
      fill(this.verdict, glyph("check"), winner ? `You found ${winner.model} better.` : "You found them all alike.");
    } else if (!this.#round && this.#isReady) fill(this.verdict, h("span", { class: "quiet-text" }, "Write a prompt: all models answer it at once, side by side."));
    else fill(this.verdict);
  }

  #showTally() {
    const rows = tally(this.#votes);
    this.tally.hidden = rows.length === 0;
    fill(this.tally, h("div", { class: "page-head" }, h("h2", {}, "Your votes so far"), h("span", { class: "spread" }),
      h("button", { type: "button", class: "small quiet", onclick: () => this.#forget() }, "Forget them")),
    h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Votes by model" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Model", "Better", "Alike", "Worse"].map((name, index) => h("th", { scope: "col", class: index ? "number" : null }, name)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.model),
        [row.better, row.alike, row.worse].map((number) => h("td", { class: "number" }, count(number)))))))));
  }

  async #forget() {
    if (!await confirm("Forget all votes?", "The votes are kept in this browser only: they can't be brought back.", "Forget them")) return;
    await store.delete("votes", ...this.#votes.map((vote) => vote.id));
    this.#votes = [];
    this.#show();
  }

  #tick() {
    const active = this.#columns.filter(({ message }) => message && running.has(message.id));
    this.composer.isBusy = active.length > 0;
    for (const { message, view } of active) if (running.get(message.id).phase !== "writing") view.update();
  }
}

/** The numbers below `length` in an order by chance. */
function shuffled(length) {
  const numbers = [...Array(length).keys()];
  for (let index = length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    [numbers[index], numbers[other]] = [numbers[other], numbers[index]];
  }
  return numbers;
}

customElements.define("eh-compare", CompareView);
