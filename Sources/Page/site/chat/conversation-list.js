// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { askForText, confirm, toast } from "../core/dialog.js";
import { fill, glyph, h } from "../core/dom.js";
import { menuButton } from "../core/menu.js";
import { store } from "../core/store.js";
import { marks } from "./chat-marks.js";
import { conversations } from "./conversations.js";

/** @typedef {import("./conversations.js").Conversation} Conversation */

/** The chats of this browser, in the sidebar. */
export class ConversationList extends HTMLElement {
  #current = "";
  #turn = 0;
  #pause = 0;

  search = h("input", { type: "search", placeholder: "Search chats", "aria-label": "Search chats", oninput: () => {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.show(), 150);
  } });
  items = h("div", { class: "chat-list" });
  file = h("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: () => this.#import() });

  connectedCallback() {
    if (this.items.isConnected) return;
    fill(this,
      h("div", { class: "row" }, h("a", { class: "button spread", href: "#/chat/new" }, glyph("plus"), "New chat"),
        menuButton("More about chats", () => [
          { glyph: "download", text: "Export all chats", run: () => this.#export(conversations.list.map(({ id }) => id), "chats") },
          { glyph: "upload", text: "Import chats", run: () => this.file.click() },
        ])),
      this.search, this.items, this.file);
    conversations.addEventListener("change", () => this.show());
    marks.addEventListener("change", () => this.show());
    conversations.ready().then(() => this.show());
  }

  /** @param {string} id of the chat that is shown */
  set current(id) {
    this.#current = marks.shown = id;
    this.show();
  }

  async show() {
    const turn = this.#turn += 1;
    const wanted = this.search.value.trim();
    const found = wanted ? await conversations.search(wanted) : conversations.list;
    if (turn !== this.#turn) return;
    /** @type {Map<string, Conversation[]>} */
    const groups = new Map();
    for (const conversation of found) {
      const group = when(conversation.updated);
      groups.set(group, [...(groups.get(group) ?? []), conversation]);
    }
    fill(this.items, [...groups].map(([group, list]) => [
      h("h2", { class: "chat-group" }, group), h("ul", {}, list.map((conversation) => this.#item(conversation)))]),
    found.length ? null : h("p", { class: "quiet-text chat-none" }, wanted ? "No chat has these words." : "Chats are kept in this browser."),
    store.isLasting ? null : h("p", { class: "quiet-text chat-none" }, "This browser keeps nothing for this page: chats are gone with the tab."));
  }

  /** @param {Conversation} conversation */
  #item(conversation) {
    const title = conversation.title || "New chat";
    return h("li", {}, h("a", { href: `#/chat/${conversation.id}`, title, "aria-current": conversation.id === this.#current ? "page" : null }, title), marks.of(conversation.id),
      menuButton(`More about ${title}`, () => [
        { glyph: "edit", text: "Rename", run: () => this.#rename(conversation) },
        { glyph: "download", text: "Export", run: () => this.#export([conversation.id], title) },
        { glyph: "trash", text: "Delete", danger: true, run: () => this.#delete(conversation) },
      ], { class: "quiet small" }));
  }

  /** @param {Conversation} conversation */
  async #rename(conversation) {
    const title = (await askForText("Rename the chat", "Title", conversation.title))?.trim();
    if (!title) return;
    conversation.title = title;
    await conversations.save(conversation, { isNews: false });
  }

  /** @param {Conversation} conversation */
  async #delete(conversation) {
    const isSure = await confirm("Delete this chat?", `“${conversation.title}” is kept in this browser only: it can't be brought back.`, "Delete");
    if (!isSure) return;
    await conversations.remove(conversation.id);
    if (conversation.id === this.#current) location.hash = "#/chat/new";
  }

  /** @param {string[]} ids @param {string} name of the file */
  async #export(ids, name) {
    const text = await conversations.export(ids);
    const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    h("a", { href, download: `${name.replace(/[^\p{L}\p{N} _-]/gu, "").slice(0, 60) || "chat"}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }

  async #import() {
    const file = this.file.files?.[0];
    this.file.value = "";
    if (!file) return;
    try {
      const number = await conversations.import(await file.text());
      toast(number === 1 ? "One chat was imported" : `${number} chats were imported`);
    } catch (error) { toast(problemOf(error).message); }
  }
}

/** @param {number} moment */
function when(moment) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (moment >= midnight) return "Today";
  if (moment >= midnight - 86_400_000) return "Yesterday";
  if (moment >= midnight - 6 * 86_400_000) return "This week";
  return new Date(moment).toLocaleDateString(undefined, { month: "long", year: "numeric" });
}

customElements.define("eh-conversation-list", ConversationList);
