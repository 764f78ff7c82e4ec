// SPDX-License-Identifier: MIT
// What the page's modules share, and what the compiler doesn't know: elements of the page, libraries of scripts/web, newer parts of browsers.

import type { ChatView } from "../site/chat/chat-view.js";
import type { Composer } from "../site/chat/composer.js";
import type { ConversationList } from "../site/chat/conversation-list.js";
import type { MessageView } from "../site/chat/message-view.js";
import type { CompareView } from "../site/compare/compare-view.js";
import type { SettingsSheet } from "../site/chat/settings-sheet.js";
import type { ModelPicker } from "../site/core/model-picker.js";
import type { ModelsView } from "../site/models/models-view.js";
import type { ActivityView } from "../site/activity/activity-view.js";

/** What an element may hold: nothing for null, undefined and false. */
export type Child = Node | string | number | null | undefined | false | Child[];

/** The properties of an element: listeners (`onclick`), attributes and properties. */
export type ElementProperties = { [name: string]: unknown } & {
  [Name in keyof HTMLElementEventMap as `on${Name}`]?: (event: HTMLElementEventMap[Name]) => unknown;
};

/** A view of the frame, see app.js. */
export type View = HTMLElement & { side?: HTMLElement; heading?: string; show?: (parts: string[]) => void | Promise<void> };

/** A token of marked: what its lexer found. */
export type MarkedToken = { type: string; raw: string; text?: string; isBlock?: boolean; isOpen?: boolean };

type MarkedTokens = MarkedToken[] & { links?: unknown };

/** marked 4, as far as the page calls it. */
export type Marked = {
  setOptions(options: { headerIds: boolean; mangle: boolean }): void;
  use(extension: object): void;
  lexer(text: string): MarkedTokens;
  parser(tokens: MarkedTokens): string;
};

/** DOMPurify, as far as the page calls it. */
export type Purify = {
  sanitize(markup: string, rules: { RETURN_DOM_FRAGMENT: boolean; [rule: string]: unknown }): DocumentFragment;
  addHook(
    name: "uponSanitizeAttribute",
    hook: (node: Element, data: { attrName: string; attrValue: string; keepAttr: boolean }) => void,
  ): void;
  addHook(name: "afterSanitizeAttributes", hook: (node: Element) => void): void;
};

/** highlight.js 9, as far as the page calls it. */
export type Highlighter = {
  getLanguage(name: string): object | undefined;
  highlight(language: string, text: string, ignoresIllegals: boolean): { value: string };
};

/** KaTeX, as far as the page calls it. */
export type Katex = { renderToString(tex: string, options: object): string };

declare global {
  interface HTMLElementTagNameMap {
    "eh-activity": ActivityView;
    "eh-chat": ChatView;
    "eh-compare": CompareView;
    "eh-composer": Composer;
    "eh-conversation-list": ConversationList;
    "eh-message": MessageView;
    "eh-model-picker": ModelPicker;
    "eh-models": ModelsView;
    "eh-settings": SettingsSheet;
  }

  /** The page's own events. */
  interface HTMLElementEventMap {
    pick: CustomEvent<string>;
    "submit-message": CustomEvent<import("../site/chat/composer.js").Written>;
    want: CustomEvent<import("../site/chat/message-view.js").Want>;
  }

  var marked: Marked | undefined;
  var DOMPurify: Purify | undefined;
  var hljs: Highlighter | undefined;
  var katex: Katex | undefined;

  // Newer than the library of Debian 12's TypeScript (4.8).
  interface Array<T> {
    findLast(test: (value: T, index: number, array: T[]) => unknown): T | undefined;
    findLastIndex(test: (value: T, index: number, array: T[]) => unknown): number;
  }
  interface PromiseConstructor {
    withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void };
  }
}
