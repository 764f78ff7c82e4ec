// SPDX-License-Identifier: MIT
// Before anything is drawn: light or dark, where one has chosen (core/theme.js keeps it, one for each server root of an origin).
{
  const script = document.currentScript;
  try {
    const { pathname } = new URL("../", script instanceof HTMLScriptElement ? script.src : location.href);
    const theme = JSON.parse(localStorage.getItem(`enginehouse.theme:${pathname}`) ?? "null");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* Without storage the system's holds. */ }
}
