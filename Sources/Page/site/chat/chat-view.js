// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { fill, glyph, h, offerFocus } from "../core/dom.js";
import { loadMarkdown } from "../core/markdown.js";
import { models, stateOf } from "../core/models.js";
import "../core/model-picker.js";
import { paced } from "../core/paced.js";
import { setting, store } from "../core/store.js";
import "./composer.js";
import "./conversation-list.js";
import { loadByHand } from "./by-hand.js";
import { ChatControls } from "./chat-controls.js";
import { isTooLong, leftOut } from "./context-use.js";
import { conversations, newMessage, titleOf } from "./conversations.js";
import { complaint } from "./complaint.js";
import { EndKeeper } from "./end-keeper.js";
import { Generation, running } from "./generation.js";
import { bindKeys } from "./keys.js";
import { setOnScreen } from "./reading-order.js";
import { requestBody } from "./request.js";
import "./settings-sheet.js";
import { Starters } from "./starters.js";
import { Succession, bestModel } from "./succession.js";
import { children, path, youngestLeaf } from "./thread.js";
import { Welcome } from "./welcome.js";

/** @typedef {import("./conversations.js").Conversation} Conversation */
/** @typedef {import("./conversations.js").Message} Message */
/** @typedef {import("./message-view.js").MessageView} MessageView */

/**
 * One conversation: its model, its messages, and where one writes. `#/chat/ID` shows one that is kept, `#/chat/new` begins one
 * (`#/chat/new/MODEL` with that model), and `#/chat` is the one that was shown last.
 */
export class ChatView extends HTMLElement {
  /** @type {Conversation | null} null until the first one is shown */
  #conversation = null;
  /** @type {Message[]} */
  #messages = [];
  /** @type {Map<string, MessageView>} */
  #shown = new Map();
  #ticking = 0;
  #turn = 0;
  /** @type {WeakSet<Generation>} */
  #watched = new WeakSet();
  /** Settled with the first conversation, once it is there to write into. */
  #open = /** @type {{promise: Promise<void>, resolve: (value: void) => void}} */ (Promise.withResolvers());
  #succession = new Succession(() => this.#modelsChanged());
  // Whether a message is on its way into the thread.
  #isSending = false;
  #welcome = new Welcome();

  list = document.createElement("eh-conversation-list");
  side = h("div", { class: "side-content" }, this.list);
  picker = document.createElement("eh-model-picker");
  composer = document.createElement("eh-composer");
  thread = h("div", { class: "thread-inner" });
  name = h("h1", { class: "unseen" }, "Chat");
  scroller = h("div", { class: "thread", tabindex: "-1" }, this.thread);
  /** @type {HTMLButtonElement} */
  latest = h("button", { type: "button", class: "latest", hidden: true, onclick: () => this.end.toEnd(true) }, glyph("down"), "To the end");
  end = new EndKeeper(this.scroller, this.thread, (isFollowing) => { this.latest.hidden = isFollowing; });
  sheet = document.createElement("eh-settings");
  controls = new ChatControls(this.picker, { change: () => this.#keep(), open: (section) => this.#settings(section) });
  starters = new Starters({ suggest: (text, wantsFile) => this.composer.suggest(text, wantsFile), pick: (name) => this.#pick(name) });
  news = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  notice = h("div", { class: "chat-notice" });

  /** The conversation that is shown, once there is one. */
  get #chat() {
    if (!this.#conversation) throw new Error("No conversation is shown yet.");
    return this.#conversation;
  }

  get heading() { return this.#conversation?.title || "Chat"; }

  connectedCallback() {
    if (!this.thread.isConnected) this.#build();
    this.#ticking = setInterval(() => this.#tick(), 500);
    this.#tellOnScreen();
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
    setOnScreen([]);
  }

  #build() {
    this.picker.addEventListener("pick", (event) => {
      this.#pick(event.detail);
      // Who chose by keys goes on to write; on a phone the keyboard would cover the chat.
      if (matchMedia("(hover: hover)").matches) this.composer.focus();
    });
    this.composer.hold(this.controls.lead, this.controls.trail);
    fill(this, this.name, this.scroller, h("div", { class: "chat-foot" }, this.latest, this.notice, this.composer, this.starters.element), this.sheet, this.news);
    this.sheet.addEventListener("change", () => this.#keep());
    this.addEventListener("submit-message", (event) => this.#say(event.detail));
    this.addEventListener("stop-answer", () => this.#stop());
    this.addEventListener("want", (event) => this.#do(event.detail));
    this.composer.catchDrops(this);
    models.addEventListener("change", () => this.#modelsChanged());
    conversations.addEventListener("change", () => this.#retitle());
    bindKeys(this, { composer: this.composer, picker: this.picker, list: this.list, stop: () => this.#stop() });
  }

  /** @param {string[]} parts the chat's id, or `new` and a model */
  async show([id, model]) {
    const turn = this.#turn += 1;
    loadMarkdown();
    await conversations.ready();
    const shown = conversations.get(this.#conversation?.id);
    if (!id && shown) {
      history.replaceState(null, "", `#/chat/${shown.id}`);
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
    const conversation = known ?? conversations.draft(isNew && model ? model : bestModel());
    this.#conversation = conversation;
    // Answers that run in this tab are the ones to watch, not their copies.
    this.#messages = messages.map((message) => running.get(message.id)?.message ?? message);
    for (const message of this.#messages) this.#watch(running.get(message.id));
    this.#shown.clear();
    this.thread.replaceChildren();
    fill(this.notice);
    this.list.current = known?.id ?? "";
    this.picker.value = conversation.model;
    this.composer.draft = known?.id ?? "new";
    this.#modelsChanged();
    this.#retitle();
    this.#render();
    if (!this.sheet.hidden) this.sheet.open(conversation, conversation.model);
    this.end.toEnd(true);
    this.#open.resolve();
    offerFocus(this.composer);
  }

  #modelsChanged() {
    const conversation = this.#conversation;
    if (!conversation) return;
    const next = this.#succession.apply(conversation, this.#messages.length > 0);
    if (next) this.picker.value = next;
    if (this.#messages.length === 0) this.#render();
    const model = models.get(conversation.model);
    this.composer.takes = models.isKnown ? (model?.architecture?.input_modalities ?? []).filter((kind) => kind !== "text") : null;
    this.controls.update(conversation, path(this.#messages, conversation.leaf), model);
    if (!this.sheet.hidden) this.sheet.showDefaults(conversation.model);
    this.#tick();
  }

  /** @param {string} name */
  async #pick(name) {
    await this.#open.promise;
    const conversation = this.#chat;
    conversation.model = this.picker.value = name;
    setting.set("model", name);
    fill(this.notice);
    if (this.#messages.length) await conversations.save(conversation, { isNews: false });
    this.#modelsChanged();
    await loadByHand(name).catch((error) => this.#complain(error));
  }

  /** @param {unknown} error */
  #complain(error) { fill(this.notice, complaint(error, () => fill(this.notice))); }

  // MARK: What one does

  /** @param {import("./composer.js").Written} written */
  async #say({ text, attachments }) {
    this.#isSending = true;
    this.composer.isBusy = true;
    await this.#open.promise;
    const conversation = this.#chat;
    fill(this.notice);
    const message = { ...newMessage(conversation.id, conversation.leaf, "user", text), attachments };
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
    // Where another chat is shown by now, the message waits with a button that lets the model answer.
    if (conversation !== this.#conversation) return;
    this.#messages.push(message);
    if (isFirst) this.#settle();
    const before = path(this.#messages, message.parent).findLast((other) => other.role === "assistant");
    await this.#answer(message.id, { dropped: before?.dropped ?? 0 });
  }

  /** A new chat has its own address once it has a message. */
  #settle() {
    const { id } = this.#chat;
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

  /**
   * Has a message answered.
   * @param {string | null} parent
   * @param {{again?: Message | null, goesOn?: boolean, dropped?: number}} options `again`: the answer to begin anew, or to go on with;
   *   `dropped`: how many messages to leave out at first
   */
  async #answer(parent, { again = null, goesOn = false, dropped = 0 } = {}) {
    const conversation = this.#chat;
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
    const message = again ?? newMessage(conversation.id, parent, "assistant");
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
      Object.assign(message, { state: "failed", error: { message: `The settings of this chat can't be sent: ${problemOf(error).message}.`, advice: "Correct them, then try again." } });
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

  /** @param {Generation | undefined} generation */
  #watch(generation) {
    if (!generation || this.#watched.has(generation)) return;
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

  /** @param {Message} message is answered without its thread's beginning @returns {boolean} whether that can be done */
  #answerNewest(message) {
    const thread = path(this.#messages, message.parent);
    const dropped = leftOut(thread, message.error ?? {}, message.dropped);
    if (dropped < 0) return false;
    this.#answer(message.parent, { again: message, dropped });
    return true;
  }

  #stop() {
    for (const message of path(this.#messages, this.#conversation?.leaf)) running.get(message.id)?.stop();
  }

  /** @param {import("./message-view.js").Want} want @returns {Promise<void>} */
  async #do(want) {
    const { message } = want;
    const conversation = this.#chat;
    if (want.what === "again") {
      // The server waits longer and longer before it tries a broken model again; who asks for it doesn't.
      if (stateOf(models.get(conversation.model)) === "failed") await models.load(conversation.model).catch(() => {});
      return this.#answer(message.parent, { again: want.inPlace ? message : null });
    }
    if (want.what === "newest") {
      return this.#answerNewest(message) ? undefined : toast("The last message alone has no room: shorten it, or choose a model with a larger context.");
    }
    if (want.what === "answer") return this.#answer(message.id);
    if (want.what === "go-on") return this.#answer(message.parent, { again: message, goesOn: true });
    if (want.what === "edit") {
      conversation.leaf = message.parent;
      return this.#say({ text: want.text.trim(), attachments: message.attachments ?? [] });
    }
    if (want.what === "answer-call") {
      const result = { ...newMessage(conversation.id, conversation.leaf, "tool", want.text), call: want.call.id, name: want.call.name };
      await store.put("messages", result);
      this.#messages.push(result);
      conversation.leaf = result.id;
      const answered = new Set(path(this.#messages, result.id).filter((other) => other.role === "tool").map((other) => other.call));
      // Models want all results of one answer's calls at once.
      if ((message.calls ?? []).every((call) => answered.has(call.id))) return this.#answer(result.id);
      await conversations.save(conversation);
      return this.#render();
    }
    if (want.what === "branch") {
      const siblings = children(this.#messages, message.parent);
      const other = siblings[siblings.findIndex((sibling) => sibling.id === message.id) + want.by];
      if (!other) return;
      conversation.leaf = youngestLeaf(this.#messages, other.id);
      await conversations.save(conversation, { isNews: false });
      this.#render();
      return this.#shown.get(other.id)?.focusOnBranch(want.by);
    }
    if (want.what === "remove") {
      const isSure = await confirm("Remove this message?", "It is removed with all messages that follow it in this branch.", "Remove");
      if (!isSure) return;
      this.#messages = await conversations.removeBranch(this.#messages, message.id);
      const sibling = children(this.#messages, message.parent).at(-1);
      conversation.leaf = sibling ? youngestLeaf(this.#messages, sibling.id) : message.parent;
      await conversations.save(conversation, { isNews: false });
      this.#render();
    }
  }

  /** @param {import("./settings-sheet.js").Section} [section] the one to show; without it the settings come and go */
  async #settings(section) {
    await this.#open.promise;
    if (!this.sheet.hidden && !section) return this.sheet.close();
    this.sheet.open(this.#chat, this.#chat.model);
    this.sheet.enter(section);
  }

  /** Keeps settings that one has changed. */
  #keep() {
    this.#render();
    if (this.#messages.length) conversations.save(this.#chat, { isNews: false }).catch((error) => this.#complain(error));
  }

  // MARK: What is shown

  #render() {
    const { leaf, model, system } = this.#chat;
    const thread = path(this.#messages, leaf);
    const views = thread.map((message, index) => {
      const siblings = children(this.#messages, message.parent);
      let view = this.#shown.get(message.id);
      if (!view) this.#shown.set(message.id, view = document.createElement("eh-message"));
      view.show(message, { place: siblings.findIndex((other) => other.id === message.id), of: siblings.length, isLast: index === thread.length - 1,
        isSame: thread.slice(0, index).findLast((other) => other.role === "assistant")?.model === message.model });
      return view;
    });
    const prompt = system.trim();
    const head = prompt ? [h("details", { class: "system" }, h("summary", {}, "System prompt"), h("p", {}, prompt))] : [];
    /** @type {HTMLElement[]} */
    const wanted = thread.length ? [...head, ...views] : [this.#welcome.for(model)];
    // What stays in its place isn't touched: a text that is being selected, a field with the focus.
    const kept = [...this.thread.children];
    if (kept.length !== wanted.length || !wanted.every((element, place) => element === kept[place])) this.thread.replaceChildren(...wanted);
    this.#tellOnScreen();
    this.classList.toggle("fresh", thread.length === 0);
    this.starters.show(thread.length === 0 ? model : null);
    this.controls.update(this.#chat, thread, models.get(model));
    this.#tick();
  }

  #tellOnScreen() { if (this.isConnected) setOnScreen(path(this.#messages, this.#conversation?.leaf).map(({ id }) => id)); }

  /** What changes by itself: whether an answer runs, and what it waits for. */
  #tick() {
    const thread = path(this.#messages, this.#conversation?.leaf);
    const active = thread.filter((message) => running.has(message.id));
    this.composer.isBusy = active.length > 0 || this.#isSending;
    for (const { id } of active) if (running.get(id)?.phase !== "writing") this.#shown.get(id)?.update();
  }
}

customElements.define("eh-chat", ChatView);
