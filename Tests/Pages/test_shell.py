# SPDX-License-Identifier: MIT
"""The page's frame: its files, its policy, its addresses, its looks."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from browsing import Visit
from conftest import REPOSITORY, STORIES
from processes import eventually
from programs import Router

# What the first view may weigh, in bytes, and all of the page; without the libraries.
BUDGET, WHOLE_BUDGET = 110_000, 150_000


def test_the_table_of_files_is_that_of_the_folder() -> None:
    subprocess.run([sys.executable, REPOSITORY / "scripts" / "page-table", "--check"], check=True)


def test_files_have_a_policy_and_a_tag(router: Callable[..., Router]) -> None:
    with router().http() as http:
        for path, kind in (("/", "text/html"), ("/ui/app.js", "text/javascript"), ("/ui/base.css", "text/css"),
                           ("/ui/icon.svg", "image/svg+xml"), ("/manifest.webmanifest", "application/manifest+json")):
            answer = http.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(kind)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            again = http.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        for path in ("/ui/", "/ui/nothing.js", "/ui/%2e%2e/index.html"):
            assert http.get(path).status_code == 404


def test_files_are_compressed_for_who_takes_it(router: Callable[..., Router]) -> None:
    with router().http() as http:
        folder = REPOSITORY / "Sources" / "Page" / "site"
        files = [p for p in folder.rglob("*") if p.suffix in (".js", ".css", ".svg") and p.name != "farewell.js"]
        for file in files:
            path = f"/ui/{file.relative_to(folder).as_posix()}"
            plain = http.get(path, headers={"Accept-Encoding": "identity"})
            small = http.get(path, headers={"Accept-Encoding": "gzip, br"})
            assert plain.content == file.read_bytes(), "run `swift build`: the program has another file"
            assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
            # The client checks length and checksum.
            assert small.content == plain.content
            assert int(small.headers["content-length"]) < len(plain.content) or len(plain.content) < 300
            assert plain.headers["etag"] != small.headers["etag"]
        for field, encoding in (("gzip;q=0", None), ("br, gzip; q=0.5", "gzip"), ("x-gzip", None), ("GZIP", "gzip")):
            assert http.get("/ui/app.js", headers={"Accept-Encoding": field}).headers.get("content-encoding") == encoding


def test_the_page_is_light_in_weight(router: Callable[..., Router], browser: Browser) -> None:
    # What the page asks for is seen in the browser. What that weighs is asked of the program: a browser's caches give files without
    # saying what they weighed on their way. Tests that take a folder's files look at the program's here, too.
    program = router()
    context = browser.new_context()
    page = context.new_page()
    asked: set[str] = set()
    page.on("requestfinished", lambda request: asked.add(request.url))
    page.goto(f"{program.address}/")
    expect(page.locator("eh-chat")).to_be_visible()
    # The views that aren't shown come last; then the page has all that it needs.
    last = [f"{view}/{view}-view.js" for view in ("compare", "models", "activity")] + ["activity/activity.css", "activity/chart.js"]
    for _ in range(400):
        if all(any(url.endswith(name) for url in asked) for name in last):
            break
        page.wait_for_timeout(50)
    own = sorted(url for url in asked if "/ui/" in url and "/lib/" not in url)
    context.close()
    assert all(any(url.endswith(name) for url in own) for name in last), own
    with program.http(headers={"Accept-Encoding": "gzip"}) as http:
        sizes = {url: int(http.get(url).headers["content-length"]) for url in own}
    first = [size for url, size in sizes.items() if not re.search("/ui/(compare|models|activity)/", url)]
    assert len(first) > 20 and sum(first) < BUDGET and sum(sizes.values()) < WHOLE_BUDGET, sizes


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360], ids=["desktop", "phone"])
def test_it_looks_right_and_is_accessible(router: Callable[..., Router], visit: Callable[..., Visit], width: int,
                                          dark: bool) -> None:
    opened = visit(router(), width=width, dark=dark)
    expect(opened.page).to_have_title("Chat · Enginehouse")
    opened.check_access()
    opened.look(f"first-{'phone' if width < 500 else 'desktop'}-{'dark' if dark else 'light'}")
    if width < 500:
        opened.page.get_by_role("button", name="Menu").first.click()
        expect(opened.page.get_by_role("link", name="Chat", exact=True)).to_be_visible()
        opened.check_access()
        opened.look(f"menu-phone-{'dark' if dark else 'light'}")
        opened.page.keyboard.press("Escape")
        expect(opened.page.get_by_role("link", name="Chat", exact=True)).not_to_be_visible()


def test_a_view_that_is_slow_to_come_says_so(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F16's sibling: who goes to a view sees that it is coming, and not the one before."""
    page = visit(router()).page
    held: list[Route] = []
    page.route("**/models/models-view.js", lambda route: held.append(route))
    page.reload()
    expect(page.locator("eh-chat")).to_be_visible()
    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_text("Loading Models…")).to_be_visible()
    expect(page.locator("eh-chat")).to_have_count(0)
    # The one before the page was loaded again is gone.
    held[-1].fallback()
    expect(page.get_by_role("link", name=STORIES, exact=True)).to_be_visible()
    expect(page.get_by_text("Loading Models…")).to_have_count(0)


def test_keys_are_listed(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    expect(opened.page.locator("eh-chat")).to_be_visible()
    opened.page.locator("#main").focus()
    opened.page.keyboard.press("?")
    dialog = opened.page.get_by_role("dialog", name="Shortcuts")
    expect(dialog).to_contain_text("Alt + 1")
    opened.check_access()
    opened.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_behind_a_prefix(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--api-prefix", "/llm")
    assert httpx.get(f"{program.address}/llm").headers["location"] == "/llm/"
    for path in ("llm", "llm/"):
        opened = visit(program, path)
        expect(opened.page.locator("eh-chat")).to_be_visible()
        assert opened.page.url.startswith(f"{program.address}/llm/#/chat")


def test_the_key_is_asked_for_once(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router("--api-key", "sk-right"))
    opened.expected.append("401")
    dialog = opened.page.get_by_role("dialog", name="This server wants an API key")
    opened.check_access()
    dialog.get_by_role("textbox").fill("sk-wrong")
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog).to_contain_text("doesn't know that key")
    dialog.get_by_role("textbox").fill("sk-right")
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog).to_have_count(0)
    opened.page.reload()
    # The list of models needs the key: once it is there, nothing was asked.
    expect(opened.page.locator(".picker-button")).to_contain_text("-chat-")
    expect(dialog).to_have_count(0)


def test_who_leaves_the_question_for_the_key_is_not_asked_over_and_over(
        router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router("--api-key", "sk-right"))
    opened.expected.append("401")
    page = opened.page
    dialog = page.get_by_role("dialog", name="This server wants an API key")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator(".lost")).to_contain_text("wants an API key")
    page.wait_for_timeout(1500)
    expect(dialog).to_have_count(0)
    opened.check_access()
    page.get_by_role("button", name="Give the key").click()
    dialog.get_by_role("textbox").fill("sk-right")
    page.keyboard.press("Enter")
    expect(page.locator(".lost")).to_be_hidden()
    expect(page.locator(".picker-button")).to_contain_text("-chat-")


def test_a_page_that_is_not_seen_holds_no_connection(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    page = visit(program).page
    expect(page.locator(".picker-button")).to_contain_text("not loaded")

    def hide(is_hidden: bool) -> None:
        page.evaluate("""hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
                                     document.dispatchEvent(new Event('visibilitychange')); }""", is_hidden)

    with page.expect_event("requestfailed", lambda request: request.url.endswith("/models/sse")):
        hide(True)
    with program.http() as http:
        http.post("/models/load", json={"model": STORIES})
        eventually(lambda: program.status(STORIES) == "loaded", "the model is loaded", 20)
    with page.expect_request("**/models/sse"):
        hide(False)
    # What was missed meanwhile is read.
    page.locator(".picker-button").click()
    expect(page.locator(".picker-list li", has_text=STORIES).locator(".dot")).to_have_attribute("data-state", "loaded")


def test_no_page_without_it(router: Callable[..., Router]) -> None:
    with router("--no-ui").http() as http:
        for path in ("/", "/ui/app.js", "/index.html", "/manifest.webmanifest"):
            assert http.get(path).status_code == 404


def test_one_model_has_the_page_too(binaries: Path, visit: Callable[..., Visit]) -> None:
    program = Router(binaries, None, "-m", str(REPOSITORY / "models" / "stories-chat-Q8_0.gguf"))
    try:
        opened = visit(program)
        # While the model loads, the list says so by its status.
        opened.expected.append("503")
        expect(opened.page.locator("eh-chat")).to_be_visible()
        opened.close()
    finally:
        program.stop()
