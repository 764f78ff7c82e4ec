// SPDX-License-Identifier: MIT

import { problemOf } from "../core/api.js";
import { glyph, h, iconButton } from "../core/dom.js";
import { sentence } from "./message-view.js";

/**
 * What went wrong, above the field, until it is read.
 * @param {unknown} error
 * @param {() => void} dismiss
 */
export function complaint(error, dismiss) {
  const { message, advice } = problemOf(error);
  return h("div", { class: "notice bad", role: "alert" }, glyph("warning"), h("p", {}, sentence(message), " ", advice),
    iconButton("close", "Dismiss", dismiss, { class: "quiet small" }));
}
