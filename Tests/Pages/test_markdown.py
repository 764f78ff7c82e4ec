# SPDX-License-Identifier: MIT
"""Answers as they are written: code, lists, tables and formulas, at every moment of their growth."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import Visit
from programs import Router
from talking import answers, chat_file, open_import

# Prose and code by turns; a piece of code is (as it stands in the text, as it is shown).
DOCUMENT: list[str | tuple[str, str]] = [
    "# Code\n\nSome words, then\n```python\n",
    ("def f(a):\n    # ``` is no end\n    return a - 1\n\n\nprint(f(2))",
     "def f(a):\n    # ``` is no end\n    return a - 1\n\n\nprint(f(2))"),
    "\n```\n\nMore *words*:\n\n~~~\n",
    ("plain\n```\nstill inside", "plain\n```\nstill inside"),
    "\n~~~\n\n1. First\n\n   ```sh\n",
    ("   make run\n     # deeper", "make run\n  # deeper"),
    "\n   ```\n\n2. Second\n\n- loose\n  ```\n",
    ("  x = [\n  1]", "x = [\n1]"),
    "\n  ```\n\n> A quote\n> ```js\n",
    ("> let a;\n> a += 1", "let a;\na += 1"),
    "\n> ```\n\n````md\n",
    ("# A nested fence\n```js\nlet b\n```\nand its end", "# A nested fence\n```js\nlet b\n```\nand its end"),
    "\n````\n\n| a | b |\n|---|--:|\n| 1 | `c` |\n| 2 | d |\n\nThe end with `code` in it.\n\n```c\n",
    # Cut off: the fence is never closed.
    ("int main(void)", "int main(void)"),
]

READ = """async document => {
  const { MarkdownView, loadMarkdown } = await import(new URL("ui/core/markdown.js", location.href));
  if (!await loadMarkdown()) return ["no libraries"];
  const wrong = [];
  const host = document_().body.appendChild(document_().createElement("div"));
  const view = new MarkdownView(host);
  function document_() { return globalThis.document; }
  const whole = document.map(part => typeof part === "string" ? part : part[0]).join("");
  for (const isFinal of [false, true]) {
    let begun = 0;
    let shownSoFar = [];
    for (const part of document) {
      const isCode = typeof part !== "string";
      const raw = isCode ? part[0] : part;
      for (let length = 1; length <= raw.length; length += 1) {
        const text = whole.slice(0, begun + length);
        view.update(text, isFinal);
        const codes = [...host.querySelectorAll("pre")].map(pre => pre.textContent.trimEnd());
        const prose = host.cloneNode(true);
        prose.querySelectorAll(".code, :not(pre) > code").forEach(element => element.remove());
        const at = JSON.stringify(text.slice(-30)) + (isFinal ? " at the end" : "");
        // A text that ends with half of the mark that would close its code has that in its code.
        if (isFinal && !isCode && !raw.slice(1, length).includes("\\n")) continue;
        if (/`{2,}|~{2,}/.test(prose.textContent) && !(isFinal && !isCode)) wrong.push(`marks of a fence in the prose: ${at}`);
        shownSoFar.forEach((code, place) => {
          if (codes[place] !== code) wrong.push(`code ${place} changed to ${JSON.stringify(codes[place])}: ${at}`);
        });
        if (!isCode) continue;
        const code = codes[shownSoFar.length];
        // All lines before the one that is being written are there; of that one, what is there is right.
        const lines = raw.slice(0, length).split("\\n").length - 1;
        const sure = part[1].split("\\n").slice(0, lines).join("\\n").trimEnd();
        if (code === undefined) wrong.push(`no code: ${at}`);
        else if (!part[1].startsWith(code) || code.length < sure.length) wrong.push(`${JSON.stringify(code)} is shown: ${at}`);
        if (codes.length !== shownSoFar.length + 1) wrong.push(`${codes.length} pieces of code: ${at}`);
      }
      if (isCode) {
        const code = [...host.querySelectorAll("pre")].at(-1).textContent.trimEnd();
        if (code !== part[1]) wrong.push(`complete, but ${JSON.stringify(code)}`);
        shownSoFar.push(part[1]);
      }
      begun += raw.length;
    }
    if (host.querySelectorAll("table tr").length !== 3) wrong.push("no table of three rows");
    if (host.querySelectorAll("h1").length !== 1 || host.querySelector("h2")) wrong.push("headings that are none");
  }
  return wrong;
}"""


@pytest.fixture
def page(router: Callable[..., Router], visit: Callable[..., Visit]) -> Page:
    """A page that may import its modules."""
    return visit(router()).page


def test_code_is_code_at_every_moment(page: Page) -> None:
    """F1: each beginning of a text is shown as what it will be, while it is written and where it is cut off there."""
    wrong = page.evaluate(READ, DOCUMENT)
    assert not wrong, "\n".join([f"{len(wrong)} in all", *wrong[:15]])


def test_nothing_flickers_as_it_grows(page: Page) -> None:
    """Siblings of F1: what a line begins with isn't shown before it is known what it means."""
    grown = page.evaluate("""async texts => {
      const { MarkdownView, loadMarkdown } = await import(new URL("ui/core/markdown.js", location.href));
      await loadMarkdown();
      return texts.map(text => {
        const host = globalThis.document.createElement("div"), view = new MarkdownView(host), kinds = [];
        for (let length = 1; length <= text.length; length += 1) {
          view.update(text.slice(0, length), false);
          const kind = [...host.querySelectorAll("h1, h2, h3, hr, p, li, pre, table")].map(e => e.tagName.toLowerCase()).join(" ");
          if (kinds.at(-1) !== kind) kinds.push(kind);
        }
        return kinds;
      });
    }""", ["Words\n- item", "Words\n\n---\n", "Words\n## Title", "Words\n**bold** words", "Words\n\n1. one"])
    assert grown == [["p", "p li"], ["p", "p hr"], ["p", "p h2"], ["p"], ["p", "p li"]]


FORMULAS = r"""Inline $a^2 + b_1 = c_2$ and \(x_1 \cdot x_2\), not $5 and $6, nor US$7, nor $HOME/$USER, nor $5 for you, or 6$.

$$
\int_0^1 x^2 \, dx = \frac{1}{3}

$$

\[ E = mc^2 \]

- In a list: $\sqrt{2}$
- and alone: $$\sum_{i=1}^n i$$

In code `$x$` it is none:

```
$y$
```

| n | f |
|---|---|
| 1 | $\pi$ |

No formula: $\nosuch{x}$. A link: $\href{javascript:window.hit=1}{x}$ and
<span data-tex="<img src=x onerror=window.hit=2>" data-shown="block">y</span>.
"""


def test_formulas_are_shown(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    """F5"""
    opened = visit(router())
    page = opened.page
    open_import(page, chat_file(tmp_path, FORMULAS))
    answer = answers(page)
    # Eight that are meant, and what says of itself that it is one, which does no harm.
    expect(answer.locator("math")).to_have_count(9)
    expect(answer.locator("math[display=block]")).to_have_count(4)
    expect(answer.locator("mfrac")).to_have_count(1)
    expect(answer.locator("table math")).to_have_count(1)
    for text in ("not $5 and $6, nor US$7, nor $HOME/$USER, nor $5 for you, or 6$.", r"$\nosuch{x}$"):
        expect(answer.locator(".prose").last).to_contain_text(text)
    expect(answer.locator("code", has_text="$x$")).to_have_count(1)
    expect(answer.locator("pre")).to_have_text("$y$")
    # No source beside the formula, no link, nothing with a style.
    assert answer.locator("annotation, math a, math [href], math [style], math [class]").count() == 0
    assert page.evaluate("window.hit") is None
    opened.look("chat-formulas")
    opened.check_access()


def test_formulas_that_are_not_complete_stay_as_they_are(page: Page) -> None:
    shown = page.evaluate("""async text => {
      const { MarkdownView, loadMarkdown } = await import(new URL("ui/core/markdown.js", location.href));
      await loadMarkdown();
      const host = globalThis.document.createElement("div"), view = new MarkdownView(host), wrong = [];
      for (let length = 1; length <= text.length; length += 1) {
        view.update(text.slice(0, length), false);
        if (host.querySelector("em, strong, h2, li")) wrong.push(text.slice(0, length));
      }
      view.update(text, true);
      for (let tries = 0; tries < 200 && host.querySelectorAll("math").length < 2; tries += 1) await new Promise(r => setTimeout(r, 20));
      return {wrong, formulas: host.querySelectorAll("math").length};
    }""", "So:\n\n$$\na_1 * b_2\n- c_1 * d_2\n= e\n$$\n\nand\n\\[\nx_1\n+ y_1\n\\]\n")
    assert shown == {"wrong": [], "formulas": 2}


def test_without_katex_formulas_are_text(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    program = router()
    with program.http() as http:
        libraries = [name for name in http.get("/_app/version.json").json()["libraries"] if name != "lib/katex.js"]
    page = visit(program).page
    page.route("**/_app/version.json", lambda route: route.fulfill(body=json.dumps({"version": "x", "libraries": libraries})))
    page.reload()
    open_import(page, chat_file(tmp_path, FORMULAS))
    expect(answers(page).locator("table")).to_be_visible()
    expect(answers(page)).to_contain_text("Inline $a^2 + b")
    expect(answers(page).locator("math")).to_have_count(0)
