// SPDX-License-Identifier: MIT

import { confirm, toast } from "../core/dialog.js";
import { fill, glyph, h, iconButton, offerFocus } from "../core/dom.js";
import { loadMarkdown } from "../core/markdown.js";
import { models, stateOf } from "../core/models.js";
import "../core/model-picker.js";
import { paced } from "../core/paced.js";
import { newID, setting, store } from "../core/store.js";
import "./composer.js";
import "./conversation-list.js";
import { showGauge } from "./context-gauge.js";
import { isTooLong, leftOut } from "./context-use.js";
import { conversations, titleOf } from "./conversations.js";
import { EndKeeper } from "./end-keeper.js";
import { Generation, running } from "./generation.js";
import { bindKeys } from "./keys.js";
import { sentence } from "./message-view.js";
import { setOnScreen } from "./reading-order.js";
import { requestBody } from "./request.js";
import { askForSettings } from "./settings-dialog.js";
import { Succession, bestModel } from "./succession.js";
import { children, path, youngestLeaf } from "./thread.js";
import { welcome } from "./welcome.js";

/**
 * One conversation: its model, its messages, and where one writes. `#/chat/ID` shows one that is kept, `#/chat/new` begins one
 * (`#/chat/new/MODEL` with that model), and `#/chat` is the one that was shown last.
 */
class ChatView extends HTMLElement {
  #conversation = null;
  #messages = [];
  #shown = new Map();
  #ticking = null;
  #turn = 0;
  #watched = new WeakSet();
  // Settled once there is a conversation to write into.
  #open = Promise.withResolvers();
  #succession = new Succession(() => this.#modelsChanged());
  // Whether a message is on its way into the thread.
  #isSending = false;

  constructor() {
    super();
    this.list = document.createElement("eh-conversation-list");
    this.side = h("div", { class: "side-content" }, this.list);
  }

  get heading() { return this.#conversation?.title || "Chat"; }

  connectedCallback() {
    if (!this.thread) this.#build();
    this.#ticking = setInterval(() => this.#tick(), 500);
    this.#tellOnScreen();
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
    setOnScreen([]);
  }

  #build() {
    this.picker = document.createElement("eh-model-picker");
    this.picker.addEventListener("pick", (event) => {
      this.#pick(event.detail);
      // Who chose by keys goes on to write; on a phone the keyboard would cover the chat.
      if (matchMedia("(hover: hover)").matches) this.composer.focus();
    });
    this.composer = document.createElement("eh-composer");
    this.thread = h("div", { class: "thread-inner" });
    this.name = h("h1", { class: "unseen" }, "Chat");
    this.scroll = h("div", { class: "thread", tabindex: "-1" }, this.thread);
    this.latest = h("button", { type: "button", class: "latest", hidden: true, onclick: () => this.end.toEnd(true) }, glyph("down"), "To the end");
    this.end = new EndKeeper(this.scroll, this.thread, (isFollowing) => { this.latest.hidden = isFollowing; });
    this.gauge = h("div", { class: "gauge", hidden: true });
    this.news = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.notice = h("div", { class: "chat-notice" });
    fill(this,
      h("div", { class: "chat-head" }, this.name, this.picker, h("span", { class: "spread" }),
        iconButton("tune", "Settings of this chat", () => this.#settings())),
      this.scroll, h("div", { class: "chat-foot" }, this.latest, this.notice, this.composer, this.gauge), this.news);
    this.addEventListener("submit-message", (event) => this.#say(event.detail));
    this.addEventListener("stop-answer", () => this.#stop());
    this.addEventListener("want", (event) => this.#do(event.detail));
    this.composer.catchDrops(this);
    models.addEventListener("change", () => this.#modelsChanged());
    conversations.addEventListener("change", () => this.#retitle());
    bindKeys(this, { composer: this.composer, picker: this.picker, list: this.list, stop: () => this.#stop() });
  }

  async show([id, model]) {
    const turn = this.#turn += 1;
    loadMarkdown();
    await conversations.ready();
    if (!id && conversations.get(this.#conversation?.id)) {
      history.replaceState(null, "", `#/chat/${this.#conversation.id}`);
      return;
    }
    const isNew = id === "new";
    const known = id && !isNew ? conversations.get(id) : null;
    if (id && !isNew && !known) {
      toast("That chat isn't in this browser.");
      history.replaceState(null, "", "#/chat");
    }
    if (known && known === this.#conversation) return;
    const messages = known ? await conversations.messages(known.id) : [];
    // Meanwhile one may have gone elsewhere.
    if (turn !== this.#turn) return;
    this.#conversation = known ?? conversations.draft(isNew && model ? model : bestModel());
    // Answers that run in this tab are the ones to watch, not their copies.
    this.#messages = messages.map((message) => running.get(message.id)?.message ?? message);
    for (const message of this.#messages) if (running.has(message.id)) this.#watch(running.get(message.id));
    this.#shown.clear();
    this.thread.replaceChildren();
    fill(this.notice);
    this.list.current = known?.id ?? "";
    this.picker.value = this.#conversation.model;
    this.composer.draft = known?.id ?? "new";
    this.#modelsChanged();
    this.#retitle();
    this.#render();
    this.end.toEnd(true);
    this.#open.resolve();
    offerFocus(this.composer);
  }

  #modelsChanged() {
    const conversation = this.#conversation;
    if (!conversation) return;
    const next = this.#succession.next(conversation.model);
    if (next) this.#goOnWith(next);
    if (this.#messages.length === 0) this.#render();
    const model = models.get(conversation.model);
    this.composer.takes = models.isKnown ? (model?.architecture?.input_modalities ?? []).filter((kind) => kind !== "text") : null;
    showGauge(this.gauge, path(this.#messages, conversation.leaf), model);
    this.#tick();
  }

  /** Another model takes the place of one that is gone, or has a new name. */
  #goOnWith({ name, isOther }) {
    const conversation = this.#conversation;
    const old = conversation.model;
    conversation.model = this.picker.value = name;
    if (setting.get("model", "") === old) setting.set("model", name);
    if (this.#messages.length === 0) return;
    if (isOther) toast(`${old} is no longer there: ${name} answers from now on.`);
    conversations.save(conversation, { isNews: false }).catch(() => {});
  }

  async #pick(name) {
    await this.#open.promise;
    this.#conversation.model = this.picker.value = name;
    setting.set("model", name);
    fill(this.notice);
    if (this.#messages.length) await conversations.save(this.#conversation, { isNews: false });
    this.#modelsChanged();
    const model = models.get(name);
    if (!["unloaded", "failed"].includes(stateOf(model))) return;
    try { await models.load(name); } catch (error) {
      // A message may have been quicker.
      if (error.message.includes("already running")) return;
      // Loading by hand doesn't wait for a place; a message does.
      if (error.message.includes("model limit reached")) toast(`All places are busy: ${name} is loaded for your message as soon as one is free.`);
      else this.#complain(error);
    }
  }

  #complain(error) {
    fill(this.notice, h("div", { class: "notice bad", role: "alert" }, glyph("warning"), h("p", {}, sentence(error.message), " ", error.advice ?? ""),
      iconButton("close", "Put away", () => fill(this.notice), { class: "quiet small" })));
  }

  // MARK: What one does

  async #say({ text, attachments }) {
    this.#isSending = true;
    this.composer.isBusy = true;
    await this.#open.promise;
    const conversation = this.#conversation;
    fill(this.notice);
    const message = {
      id: newID(), conversation: conversation.id, parent: conversation.leaf, role: "user", created: Date.now(), text, attachments,
    };
    const isFirst = this.#messages.length === 0;
    if (!conversation.title) conversation.title = titleOf(text, attachments);
    try {
      conversation.leaf = message.id;
      await store.put("messages", message);
      await conversations.save(conversation);
    } catch (error) {
      this.composer.restore({ text, attachments });
      conversation.leaf = message.parent;
      return this.#complain(error);
    } finally { this.#isSending = false; }
    // Whoever went to another chat meanwhile finds the message there, with a button to have it answered.
    if (conversation !== this.#conversation) return;
    this.#messages.push(message);
    if (isFirst) this.#settle();
    const before = path(this.#messages, message.parent).findLast((other) => other.role === "assistant");
    await this.#answer(message.id, { dropped: before?.dropped ?? 0 });
  }

  /** A new chat has its own address once it has a message. */
  #settle() {
    const { id } = this.#conversation;
    history.replaceState(null, "", `#/chat/${id}`);
    setting.set("draft-new", null);
    this.list.current = id;
    this.composer.draft = id;
    this.#retitle();
  }

  #retitle() {
    this.name.textContent = this.heading;
    this.dispatchEvent(new Event("heading", { bubbles: true }));
  }

  /** Has a message answered. `again`: the answer to begin anew, or to go on with; `dropped`: how many messages to leave out at first. */
  async #answer(parent, { again = null, goesOn = false, dropped = 0 } = {}) {
    const conversation = this.#conversation;
    if (!conversation.model && !models.isKnown) {
      // What is sent before the list of models is there waits for it.
      this.#isSending = true;
      this.#render();
      await models.known();
      this.#isSending = false;
      if (conversation !== this.#conversation) return;
    }
    const model = conversation.model || bestModel();
    if (!model) return this.#complain(new Error("There is no model to answer. Put one into the server's folder of models, or download one."));
    setting.set("model", model);
    const messages = this.#messages;
    const message = again ?? { id: newID(), conversation: conversation.id, parent, role: "assistant", created: Date.now() };
    if (!goesOn) Object.assign(message, { text: "", reasoning: "", calls: undefined });
    Object.assign(message, { model, state: "running", dropped: dropped || undefined });
    if (!again) messages.push(message);
    conversation.leaf = message.id;
    const thread = path(messages, goesOn ? message.id : message.parent).slice(dropped);
    const takes = models.get(model)?.architecture?.input_modalities ?? [];
    const generation = new Generation(message);
    running.set(message.id, generation);
    let body;
    try {
      body = await requestBody(thread, { model, system: conversation.system, settings: conversation.settings, takes });
    } catch (error) {
      running.delete(message.id);
      Object.assign(message, { state: "failed", error: { message: `The settings of this chat can't be sent: ${error.message}.`, advice: "Correct them, then try again." } });
      await store.put("messages", message);
      return this.#render();
    }
    this.#watch(generation);
    if (conversation === this.#conversation) {
      this.#render();
      this.end.toEnd(true);
    }
    await conversations.save(conversation);
    await generation.begin(body);
  }

  #watch(generation) {
    if (this.#watched.has(generation)) return;
    this.#watched.add(generation);
    const { message } = generation;
    generation.addEventListener("change", paced(() => {
      this.#shown.get(message.id)?.update();
      this.end.toEnd(false);
    }));
    generation.addEventListener("end", () => {
      // Who has had a chat answered without its beginning wants the next answer so, too.
      if (isTooLong(message) && message.dropped && message.conversation === this.#conversation?.id && this.#answerNewest(message)) return;
      if (message.conversation !== this.#conversation?.id) return;
      this.#render();
      this.end.toEnd(false);
      this.news.textContent = message.state === "done" ? `${message.model} has answered: ${message.text.slice(0, 300)}` : "The answer has ended.";
    });
  }

  /** Has a chat that is too long answered without its beginning. @returns {boolean} whether that can be done */
  #answerNewest(message) {
    const thread = path(this.#messages, message.parent);
    const dropped = leftOut(thread, message.error, message.dropped);
    if (dropped < 0) return false;
    this.#answer(message.parent, { again: message, dropped });
    return true;
  }

  #stop() {
    for (const message of path(this.#messages, this.#conversation?.leaf)) running.get(message.id)?.stop();
  }

  async #do({ what, message, ...more }) {
    const conversation = this.#conversation;
    if (what === "again") {
      // The server waits longer and longer before it tries a broken model again; who asks for it doesn't.
      if (stateOf(models.get(conversation.model)) === "failed") await models.load(conversation.model).catch(() => {});
      return this.#answer(message.parent, { again: more.inPlace ? message : null });
    }
    if (what === "newest") {
      if (!this.#answerNewest(message)) toast("The last message alone has no room: shorten it, or choose a model with a larger context.");
      return undefined;
    }
    if (what === "answer") return this.#answer(message.id);
    if (what === "go-on") return this.#answer(message.parent, { again: message, goesOn: true });
    if (what === "edit") {
      conversation.leaf = message.parent;
      return this.#say({ text: more.text.trim(), attachments: message.attachments ?? [] });
    }
    if (what === "answer-call") {
      const result = { id: newID(), conversation: conversation.id, parent: conversation.leaf, role: "tool", created: Date.now(),
        text: more.text, call: more.call.id, name: more.call.name };
      await store.put("messages", result);
      this.#messages.push(result);
      conversation.leaf = result.id;
      const answered = new Set(path(this.#messages, result.id).filter((other) => other.role === "tool").map((other) => other.call));
      // Models want all results of one answer's calls at once.
      if (message.calls.every((call) => answered.has(call.id))) return this.#answer(result.id);
      await conversations.save(conversation);
      return this.#render();
    }
    if (what === "branch") {
      const siblings = children(this.#messages, message.parent);
      const other = siblings[siblings.findIndex((sibling) => sibling.id === message.id) + more.by];
      if (!other) return;
      conversation.leaf = youngestLeaf(this.#messages, other.id);
      await conversations.save(conversation, { isNews: false });
      this.#render();
      const label = more.by < 0 ? "The branch before" : "The branch after";
      const foot = this.#shown.get(other.id)?.foot;
      (foot?.querySelector(`[aria-label="${label}"]:not(:disabled)`) ?? foot?.querySelector("button:not(:disabled)"))?.focus();
      return;
    }
    if (what === "remove") {
      const isSure = await confirm("Remove this message?", "It is removed with all messages that follow it in this branch.", "Remove");
      if (!isSure) return;
      this.#messages = await conversations.removeBranch(this.#messages, message.id);
      const sibling = children(this.#messages, message.parent).at(-1);
      conversation.leaf = sibling ? youngestLeaf(this.#messages, sibling.id) : message.parent;
      await conversations.save(conversation, { isNews: false });
      this.#render();
    }
  }

  async #settings() {
    await this.#open.promise;
    if (!await askForSettings(this.#conversation)) return;
    if (this.#messages.length) await conversations.save(this.#conversation, { isNews: false });
    this.#render();
  }

  // MARK: What is shown

  #render() {
    const thread = path(this.#messages, this.#conversation.leaf);
    const views = thread.map((message, index) => {
      const siblings = children(this.#messages, message.parent);
      let view = this.#shown.get(message.id);
      if (!view) this.#shown.set(message.id, view = document.createElement("eh-message"));
      view.show(message, { place: siblings.findIndex((other) => other.id === message.id), of: siblings.length, isLast: index === thread.length - 1 });
      return view;
    });
    const system = this.#conversation.system.trim();
    const head = system ? h("details", { class: "system" }, h("summary", {}, "System prompt"), h("p", {}, system)) : null;
    const wanted = thread.length ? [head, ...views].filter(Boolean) : [this.#welcome()];
    // What stays in its place isn't touched: a text that is being selected, a field with the focus.
    const kept = [...this.thread.children];
    if (kept.length !== wanted.length || !wanted.every((element, place) => element === kept[place])) this.thread.replaceChildren(...wanted);
    this.#tellOnScreen();
    showGauge(this.gauge, thread, models.get(this.#conversation.model));
    this.#tick();
  }

  #tellOnScreen() {
    if (this.isConnected) setOnScreen(path(this.#messages, this.#conversation?.leaf).map(({ id }) => id));
  }

  #welcome() {
    const { model } = this.#conversation;
    if (this.welcome?.model !== model || this.welcome.isKnown !== models.isKnown) {
      this.welcome = { model, isKnown: models.isKnown, element: welcome(model) };
    }
    return this.welcome.element;
  }

  /** What changes by itself: whether an answer runs, and what it waits for. */
  #tick() {
    const thread = path(this.#messages, this.#conversation?.leaf);
    const active = thread.filter((message) => running.has(message.id));
    this.composer.isBusy = active.length > 0 || this.#isSending;
    for (const message of active) {
      if (running.get(message.id).phase !== "writing") this.#shown.get(message.id)?.update();
    }
  }
}

customElements.define("eh-chat", ChatView);
