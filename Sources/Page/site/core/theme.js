// SPDX-License-Identifier: MIT
// Light or dark: the system's, or the one that a person chose.

import { menuButton } from "./menu.js";
import { setting } from "./store.js";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @type {Record<Theme, string>} */
const words = { system: "As the system", light: "Light", dark: "Dark" };
const label = "Theme";

/** @returns {Theme} */
const chosen = () => setting.get("theme", /** @type {Theme} */ ("system"));

/** @param {Theme} theme */
function choose(theme) {
  setting.set("theme", theme === "system" ? null : theme);
  apply();
}

/** Shows what is chosen: also what another tab has chosen meanwhile. */
function apply() {
  const theme = chosen();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The button that lets one choose. */
export function themeButton() {
  addEventListener("storage", (event) => { if (event.key?.startsWith("enginehouse.theme:")) apply(); });
  return menuButton(label, () => /** @type {Theme[]} */ (["system", "light", "dark"]).map((theme) => ({
    glyph: theme === "system" ? "screen" : theme === "light" ? "sun" : "moon", text: words[theme], isChosen: theme === chosen(), run: () => choose(theme),
  })), { glyph: "theme", class: "quiet" });
}
