// SPDX-License-Identifier: MIT

import { shortcut } from "../core/shortcuts.js";

/**
 * Binds the keys of the chat.
 * @param {HTMLElement} view heard only while it is shown, but for those that lead to it
 * @param {{composer: HTMLElement, picker: import("../core/model-picker.js").ModelPicker,
 *   list: import("./conversation-list.js").ConversationList, stop: () => void}} parts
 */
export function bindKeys(view, { composer, picker, list, stop }) {
  const here = (/** @type {() => void} */ run) => () => { if (view.isConnected) run(); };
  shortcut("Ctrl+Shift+O", "A new chat", () => { location.hash = "#/chat/new"; composer.focus(); });
  shortcut("Ctrl+K", "Search chats", () => {
    if (!location.hash.startsWith("#/chat")) location.hash = "#/chat";
    list.search.focus();
  });
  shortcut("Alt+M", "Choose a model", here(() => picker.open()));
  shortcut("/", "Write a message", here(() => composer.focus()));
  shortcut("Escape", "Stop the answer", here(stop));
}
