// SPDX-License-Identifier: MIT
// Markdown that isn't complete yet.

// As in CommonMark (section 4.5), and in marked from 5 on: the end of the text ends an open fence. Until then marked wants a line end
// behind it, also in lists, whose last line end it cuts off.
const fence = /^ {0,3}(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})([^\n]*)(?:\n|$)(?:|([\s\S]*?)(?:\n|$))(?: {0,3}\1[~`]* *(?=\n|$)|$)/;

/**
 * marked's tokenizer for fenced code, for fences that are still open too.
 * @param {string} source
 */
export function fences(source) {
  const found = fence.exec(source);
  if (!found) return false;
  const [raw, , info, inside = ""] = found;
  const indent = raw.search(/[`~]/);
  const text = indent === 0 ? inside : inside.split("\n").map((line) => line.replace(new RegExp(`^ {0,${indent}}`), "")).join("\n");
  return { type: "code", raw, lang: info.trim().replace(/\\([!-/:-@[-`{-~])/g, "$1"), text };
}

// Below the marks of quotes and lists: the first signs of a fence, a heading, a rule, an item, a table. A word or a line end more says
// which it is, and until then they would be shown as something else.
const undecided =
  /(?:^|\n)[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:`{1,2}|~{1,2}|(?:`{3,}|~{3,})[^`\n]*|[-=*+_]+|#{1,6}|\d{1,9}[.)]?)[ \t]*$/;

/**
 * What can be shown of a text that goes on: all but the beginning of a line that may yet become anything.
 * @param {string} text
 */
export function judged(text) {
  const found = undecided.exec(text);
  return found ? text.slice(0, found.index + (found[0].startsWith("\n") ? 1 : 0)) : text;
}
