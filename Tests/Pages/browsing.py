# SPDX-License-Identifier: MIT
"""A visit to the page: a browser's window with everything noted that goes wrong in it."""

import json
import mimetypes
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import httpx
from playwright.sync_api import Browser, Page, Route, expect

from programs import Program

SCREENSHOTS = Path(__file__).with_name("screenshots")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# The rules of WCAG 2.2 AA, and what else axe-core counts among good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Serve the page's files from this folder instead of those that the program has, to work on them without a build.
FOLDER = os.environ.get("ENGINEHOUSE_PAGE_DIR")

expect.set_options(timeout=10_000)


class Visit:
    """A window of its own storage. `page` is Playwright's."""

    def __init__(self, browser: Browser, program: Program, path: str = "", *, width: int = 1280, height: int = 800,
                 dark: bool = False, context=None, touch: bool = False) -> None:
        self.address = program.address
        self.context = context or browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", has_touch=touch,
            permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce", locale="en-GB")
        self.problems: list[str] = []
        # What a test expects to go wrong; patterns of what the browser says of it.
        self.expected: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))")
        if FOLDER:
            # The policy is the program's.
            front = httpx.get(f"{self.address}/", headers={"Accept-Encoding": "identity"}, follow_redirects=True)
            self.headers = {name: value for name, value in front.headers.items() if "policy" in name or name == "x-content-type-options"}
            self.page.route(re.compile(re.escape(self.address) + r"/(.*/)?(ui/.*|#.*)?$"), self._from_folder)
        self.page.set_default_timeout(20_000)
        self.page.goto(f"{self.address}/{path}")

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _from_folder(self, route: Route) -> None:
        name = urlsplit(route.request.url).path.rpartition("/ui/")[2] if "/ui/" in route.request.url else "index.html"
        file = Path(FOLDER) / name
        if not file.is_file():
            return route.continue_()
        kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
        return route.fulfill(body=file.read_bytes(), headers=self.headers | {"content-type": f"{kind}; charset=utf-8"})

    def look(self, name: str) -> Path:
        """Takes a picture for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        file = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=file)
        return file

    def check_access(self) -> None:
        """What axe-core finds wrong with labels, roles and contrast; and nothing may be wider than the window."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        report = [f"{rule['id']}: {rule['help']}\n  " + "\n  ".join(f"{node['html'][:160]} {node['any'][:1] and node['any'][0]['message']}"
                                                                  for node in rule["nodes"][:5])
                  for rule in found["violations"]]
        assert not report, "\n".join(report)
        self.check_width()

    def check_width(self) -> None:
        """Nothing makes the page scroll sideways."""
        wide = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))""")
        assert not wide, "wider than the window:\n" + "\n".join(wide[:5])

    def stored(self, store: str) -> list[dict]:
        """All that a store of the page's database holds."""
        return json.loads(self.page.evaluate(
            """store => new Promise(async (resolve, reject) => {
              const [{name}] = (await indexedDB.databases()).filter(d => d.name.startsWith('enginehouse'));
              const opening = indexedDB.open(name);
              opening.onsuccess = () => {
                const all = opening.result.transaction(store).objectStore(store).getAll();
                all.onsuccess = () => { opening.result.close(); resolve(JSON.stringify(all.result)); };
              };
              opening.onerror = () => reject(opening.error);
            })""", store))

    def close(self) -> None:
        """Closes the window and all others of its storage."""
        self.context.close()

    def check(self) -> None:
        """Nothing went wrong but what the test expected."""
        wrong = [p for p in self.problems if not any(re.search(pattern, p) for pattern in self.expected)]
        assert not wrong, "\n".join(wrong)
