// SPDX-License-Identifier: MIT
// Mathematics in Markdown: $…$, $$…$$, \(…\) and \[…\], shown as MathML that KaTeX makes.

import { root } from "./api.js";
import { h } from "./dom.js";

const most = 500;
const longest = 10_000;

// As in Pandoc's Markdown: a dollar that opens has no space behind it, one that closes has none before it and no letter or digit behind
// it, so that "$5 and $6" and "$HOME/$USER" stay what they are. Code is no part of a formula.
/** @type {[RegExp, boolean][]} */
const inline = [
  [/^\$\$(?!\$)((?:[^$\\]|\\[\s\S])+?)\$\$(?!\$)/, true],
  [/^\$(?![\s$])((?:[^$\\`\n]|\\[^\n]|\n(?!\s*\n))*?(?:[^\s$\\`]|\\[^\n]))\$(?![\w$])/, false],
  [/^\\\(((?:(?!\n\s*\n)[\s\S])+?)\\\)/, false],
  [/^\\\[((?:(?!\n\s*\n)[\s\S])+?)\\\]/, true],
];
const blocks = [
  /^ {0,3}\$\$(?!\$)((?:[^$\\]|\\[\s\S])+?)\$\$[ \t]*(?:\n+|$)/,
  /^ {0,3}\\\[([\s\S]+?)\\\][ \t]*(?:\n+|$)/,
];
const open = /^ {0,3}(?:\$\$(?!\$)|\\\[)(?:(?!\n\s*\n)[\s\S])*$/;
/** @param {string} text */
const isSentence = (text) => !text.includes("\\") && /[a-z]{3,} +[a-z]{2,}/i.test(text);

/** @typedef {import("../../types/page").MarkedToken} MarkedToken */

/** @param {MarkedToken} token */
const markup = ({ text = "", raw, isBlock }) => (
  `<span data-tex="${escaped(text)}" data-shown="${isBlock ? "block" : "inline"}">${escaped(raw.trim())}</span>`);
/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** How formulas are looked for. `isGrowing`: whether the text goes on, so that its last formula may still be open. */
export const reading = { isGrowing: false };

/**
 * marked's extensions that find formulas.
 * @type {{name: string, level: "block" | "inline", start: (source: string) => number | undefined,
 *   tokenizer: (source: string, before?: MarkedToken[]) => MarkedToken | undefined, renderer: (token: MarkedToken) => string}[]}
 */
export const formulaSyntax = [
  {
    name: "formulaBlock", level: "block",
    // A paragraph ends with a blank line; what stands behind it needs no look.
    start: (source) => /(?:^|\n) {0,3}(?:\$\$|\\\[)/.exec(source.split("\n\n", 1)[0])?.index,
    tokenizer(source) {
      for (const pattern of blocks) {
        const found = pattern.exec(source);
        if (found && found[1].trim()) return { type: "formulaBlock", raw: found[0], text: found[1].trim(), isBlock: true };
      }
      const found = reading.isGrowing && open.exec(source);
      return found ? { type: "formulaBlock", raw: found[0], isOpen: true } : undefined;
    },
    renderer: (token) => (token.isOpen ? `<p>${escaped(token.raw)}</p>` : markup(token)),
  },
  {
    name: "formula", level: "inline",
    start: (source) => /(?<![\w\\$])\$|\\[([]/.exec(source)?.index,
    tokenizer(source, before) {
      if (source[0] === "$" && /[\w$]$/.test(before?.at(-1)?.raw ?? "")) return undefined;
      for (const [pattern, isBlock] of inline) {
        const found = pattern.exec(source);
        if (found && found[1].trim() && !(source[0] === "$" && !isBlock && isSentence(found[1]))) {
          return { type: "formula", raw: found[0], text: found[1].trim(), isBlock };
        }
      }
      return undefined;
    },
    renderer: markup,
  },
];

// What KaTeX makes of formulas, and no more: nothing here loads, links, runs or has a style.
const rules = {
  RETURN_DOM_FRAGMENT: true,
  ALLOWED_TAGS: ["math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot",
    "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"],
  ALLOWED_ATTR: ["accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle", "fence", "height",
    "linethickness", "lspace", "mathbackground", "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"],
  ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false,
};

/** Turns what `formulaSyntax` marked into MathML, as soon as KaTeX is there; what KaTeX can't read stays as it was written. */
export class Formulas {
  #purify;
  /** @type {Promise<boolean> | null} */
  #loading = null;
  /** @type {import("../../types/page").Katex | undefined} */
  #katex;
  /** @type {Map<string, DocumentFragment | null>} */
  #known = new Map();

  /** @param {import("../../types/page").Purify} purify */
  constructor(purify) { this.#purify = purify; }

  /** @param {Element} element */
  dress(element) {
    const places = [.../** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("span[data-tex]"))];
    if (places.length === 0) return;
    if (this.#katex) for (const place of places) this.#show(place);
    else this.#load().then((isThere) => { if (isThere) for (const place of places) this.#show(place); });
  }

  #load() {
    this.#loading ??= import(new URL("ui/lib/katex.js", root).href).then(() => {
      this.#katex = globalThis.katex;
      return Boolean(this.#katex);
    }, () => false);
    return this.#loading;
  }

  /** @param {HTMLElement} place */
  #show(place) {
    const { tex = "", shown } = place.dataset;
    const formula = this.#formula(tex, shown === "block");
    if (!formula) return;
    const element = shown === "block" ? h("span", { class: "formula", tabindex: "0", role: "group", "aria-label": "Formula" }) : h("span");
    element.title = tex;
    element.append(formula.cloneNode(true));
    place.replaceWith(element);
  }

  /** @param {string} tex @param {boolean} isBlock */
  #formula(tex, isBlock) {
    const key = `${isBlock} ${tex}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let formula = null;
    if (this.#katex && tex.length <= longest) {
      try {
        const text = this.#katex.renderToString(tex, {
          displayMode: isBlock, output: "mathml", throwOnError: true, strict: "ignore", trust: false, errorColor: "inherit",
          maxExpand: 500, maxSize: 20,
        });
        // The source beside the formula would be shown by whoever doesn't know that element.
        formula = this.#purify.sanitize(text.replace(/<annotation[\s\S]*?<\/annotation>/g, ""), rules);
      } catch { /* It isn't complete, or no formula: it stays as it was written. */ }
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < most) break;
      this.#known.delete(oldest);
    }
    this.#known.set(key, formula);
    return formula;
  }
}
