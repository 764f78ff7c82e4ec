// SPDX-License-Identifier: MIT
// Markdown as elements: parsed by marked, made safe by DOMPurify, code coloured by highlight.js, mathematics by KaTeX. Without them,
// plain text.

import { json, root } from "./api.js";
import { copyText } from "./clipboard.js";
import { fill, h, iconButton } from "./dom.js";
import { fences, judged } from "./growing-text.js";
import { Formulas, formulaSyntax, reading } from "./formulas.js";

/** @typedef {import("../../types/answers").Version} Version */
/** @typedef {import("../../types/page").Highlighter} Highlighter */

/** @type {Promise<Version>} what the server is */
export const about = json("_app/version.json").then((answer) => /** @type {Version} */ (answer), () => ({ version: "", libraries: [] }));

/** @type {import("../../types/page").Marked | undefined} */
let parse;
/** @type {Promise<boolean> | undefined} */
let loading;
/** @type {Promise<Highlighter | null | undefined> | undefined} */
let colours;
/** @type {Formulas | undefined} */
let formulas;

/** Loads marked and DOMPurify, once; resolves with whether they are there. */
export function loadMarkdown() {
  loading ??= (async () => {
    const { libraries = [] } = await about;
    if (!["lib/marked.js", "lib/purify.js"].every((file) => libraries.includes(file))) return false;
    try {
      await Promise.all([import(new URL("ui/lib/marked.js", root).href), import(new URL("ui/lib/purify.js", root).href)]);
      const { DOMPurify: purify, marked } = globalThis;
      if (!purify || !marked) return false;
      prepare(purify);
      // What doesn't do its work isn't trusted with it.
      const probe = safe('<b class="x">a</b><script>b</script><a href="javascript:c">d</a>');
      if (probe.childElementCount !== 2 || probe.textContent !== "ad" || probe.lastElementChild?.hasAttribute("href")) return false;
      parse = marked;
      parse.setOptions({ headerIds: false, mangle: false });
      parse.use({ tokenizer: { fences } });
      if (libraries.includes("lib/katex.js")) {
        formulas = new Formulas(purify);
        parse.use({ extensions: formulaSyntax });
      }
    } catch { return false; }
    return true;
  })();
  return loading;
}

function loadColours() {
  colours ??= about.then(async ({ libraries = [] }) => {
    if (!libraries.includes("lib/highlight.js")) return null;
    await import(new URL("ui/lib/highlight.js", root).href);
    return globalThis.hljs;
  }).catch(() => null);
  return colours;
}

/** @param {import("../../types/page").Purify} purify */
function prepare(purify) {
  purify.addHook("uponSanitizeAttribute", (node, data) => {
    if (data.attrName === "class" && !/^(language-[\w+#.-]+|hljs-[\w-]+)( hljs-[\w-]+)*$/.test(data.attrValue)) data.keepAttr = false;
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.tagName === "A") {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer");
    }
    // The page asks no other server for anything; such a picture becomes a link to it.
    if (node.tagName === "IMG" && !node.getAttribute("src")?.startsWith("data:image/")) {
      node.setAttribute("data-elsewhere", node.getAttribute("src") ?? "");
      node.removeAttribute("src");
    }
  });
}

const rules = {
  RETURN_DOM_FRAGMENT: true,
  FORBID_TAGS: ["style", "form", "button", "select", "textarea", "video", "audio", "picture", "source", "dialog", "svg", "math"],
  FORBID_ATTR: ["style", "id", "name", "srcset", "tabindex", "autofocus"],
};

/** Keeps an element's content equal to a Markdown text that grows; blocks that didn't change stay as they are. */
export class MarkdownView {
  #element;
  /** @type {{raw: string, type: string, isDone: boolean, element: HTMLElement}[]} */
  #blocks = [];
  /** @type {string | null} */
  #text = null;
  #isFinal = false;

  /** @param {Element} element */
  constructor(element) {
    this.#element = element;
    if (!parse) loadMarkdown().then((isThere) => { if (isThere && this.#text !== null) this.#show(); });
  }

  /** @param {string} text @param {boolean} isFinal whether no more will come */
  update(text, isFinal) {
    if (text === this.#text && isFinal === this.#isFinal) return;
    this.#text = text;
    this.#isFinal = isFinal;
    this.#show();
  }

  #show() {
    const text = this.#text ?? "";
    if (!parse) return void fill(this.#element, h("div", { class: "plain" }, text));
    if (this.#blocks.length === 0) this.#element.replaceChildren();
    reading.isGrowing = !this.#isFinal;
    const marked = parse;
    const tokens = marked.lexer(this.#isFinal ? text : judged(text));
    const shown = tokens.filter((token) => token.type !== "space");
    shown.forEach((token, place) => {
      const isDone = this.#isFinal || place < shown.length - 1;
      const before = this.#blocks[place];
      if (before?.raw === token.raw && before.isDone === isDone) return;
      // Of a block that is only finished now, nothing but its colours is new.
      if (before?.raw === token.raw && before.type !== "code") return void (before.isDone = isDone);
      const one = Object.assign([token], { links: tokens.links });
      const element = h("div", { class: "block" }, safe(marked.parser(one)));
      dress(element, isDone);
      if (before) before.element.replaceWith(element);
      else this.#element.append(element);
      this.#blocks[place] = { raw: token.raw, type: token.type, isDone, element };
    });
    for (const block of this.#blocks.splice(shown.length)) block.element.remove();
  }
}

/**
 * Markup that can do no harm.
 * @param {string} markup
 */
function safe(markup) {
  const purify = globalThis.DOMPurify;
  if (!purify) throw new Error("DOMPurify isn't there.");
  return purify.sanitize(markup, rules);
}

/** @param {HTMLElement} element @param {boolean} isDone whether no more of it will come */
function dress(element, isDone) {
  for (const picture of element.querySelectorAll("img")) {
    const target = picture.dataset.elsewhere;
    if (target === undefined) continue;
    const label = picture.alt || target;
    picture.replaceWith(/^https?:/.test(target)
      ? h("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, `Picture: ${label}`) : `Picture: ${label}`);
  }
  for (const box of element.querySelectorAll("input")) {
    box.closest("li")?.classList.add("task");
    box.replaceWith(box.checked ? "☑ " : "☐ ");
  }
  for (const table of element.querySelectorAll("table")) {
    const frame = h("div", { class: "table", role: "group", tabindex: "0", "aria-label": "Table" });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const pre of element.querySelectorAll("pre")) dressCode(pre, isDone);
  formulas?.dress(element);
}

/** @param {HTMLPreElement} pre @param {boolean} isDone */
function dressCode(pre, isDone) {
  const code = pre.querySelector("code") ?? pre;
  const language = /language-(\S+)/.exec(code.className)?.[1] ?? "";
  const text = (code.textContent ?? "").replace(/\n$/, "");
  const frame = h("div", { class: "code" }, h("div", { class: "code-head" }, h("span", {}, language || "code"),
    iconButton("copy", "Copy the code", () => copyText(text), { class: "quiet small" })));
  pre.replaceWith(frame);
  pre.setAttribute("tabindex", "0");
  frame.append(pre);
  if (!isDone || !language || text.length > 60_000) return;
  loadColours().then((hljs) => {
    if (!hljs?.getLanguage(language)) return;
    fill(code, safe(hljs.highlight(language, text, true).value));
  }).catch(() => {});
}
