# SPDX-License-Identifier: MIT
"""What the page looks like, and what of it one chooses: the theme, the rail, the sheet of settings, the marks of chats."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import Visit
from conftest import PIRATE, REPOSITORY, STORIES
from programs import Router
from talking import LONG, answers, close_settings, configure, expect_loaded, new_chat, open_settings, pick, say, see_words, wait_for_end

WIDTHS = {"phone": 390, "tablet": 768, "desktop": 1280, "wide": 1920}


def ground(page: Page) -> str:
    """The colour that all stands on."""
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def gap(page: Page, upper: str, lower: str) -> float:
    """How far the first element's end is from the second one's beginning, in pixels."""
    ends = [page.locator(selector).last.bounding_box() for selector in (upper, lower)]
    return ends[1]["y"] - ends[0]["y"] - ends[0]["height"]


def test_the_theme_is_chosen_and_kept(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    opened = visit(program)
    page = opened.page
    light = ground(page)
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("menuitemradio", name="As the system")).to_have_attribute("aria-checked", "true")
    opened.check_access()
    page.get_by_role("menuitemradio", name="Dark").click()
    dark = ground(page)
    assert dark != light
    opened.check_access()
    # It holds before the page's own modules run, so that nothing flashes.
    page.route("**/ui/app.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    assert ground(page) == dark
    page.unroute("**/ui/app.js")
    page.reload()
    # Another tab follows, and the system's comes back.
    other = visit(program, context=opened.context).page
    expect(other.locator("eh-chat")).to_be_visible()
    other.get_by_role("button", name="Theme").click()
    other.get_by_role("menuitemradio", name="As the system").click()
    expect(page.locator("html:not([data-theme])")).to_be_attached()
    assert ground(page) == light


def test_the_chats_fold_to_a_rail(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    page = opened.page
    chats = page.locator("eh-conversation-list")
    expect(chats).to_be_visible()
    page.keyboard.press("Control+b")
    expect(chats).to_be_hidden()
    expect(page.get_by_role("link", name="Models", exact=True)).to_be_visible()
    opened.check_access()
    page.reload()
    expect(page.locator("eh-chat")).to_be_visible()
    expect(chats).to_be_hidden()
    page.get_by_role("button", name="Show or hide the chats").click()
    expect(chats).to_be_visible()
    # A view that has nothing for the sidebar has its width.
    page.get_by_role("link", name="Activity", exact=True).click()
    expect(page.locator(".panel")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_all_views_at_all_widths(router: Callable[..., Router], visit: Callable[..., Visit], width: int, dark: bool) -> None:
    opened = visit(router(), width=width, dark=dark)
    page = opened.page
    for view in ("chat/new", "compare", "models", "activity"):
        page.goto(f"{opened.address}/#/{view}")
        expect(page.locator(f"eh-{view.split('/')[0]}")).to_be_visible()
        expect(page.locator(".picker-button, .model-name, .tile").first).to_be_visible()
        opened.check_access()
        opened.look(f"view-{view.split('/')[0]}-{width}-{'dark' if dark else 'light'}")


def test_settings_hold_at_once_and_mark_the_models_own(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    """F12 and F17"""
    preset = tmp_path / "preset.ini"
    preset.write_text(f"[{PIRATE}]\nmodel = {REPOSITORY / 'models' / PIRATE}.gguf\ntemp = 0.2\ntop-k = 7\n")
    opened = visit(router("--models-preset", str(preset)))
    page = opened.page
    pick(page, PIRATE)
    sheet = open_settings(page)
    # Before the model is loaded by its preset, then by its worker: both say the same.
    for _ in range(2):
        expect(sheet.get_by_label("Temperature")).to_have_attribute("placeholder", "0.2")
        expect(sheet.get_by_label("Top K")).to_have_attribute("placeholder", "7")
        expect(sheet.get_by_label("Min P")).to_have_attribute("placeholder", "0.05")
        expect(sheet).to_contain_text("This model's default is 0.2.")
        expect_loaded(page)
    opened.check_access()
    opened.look("settings-sheet")
    sheet.get_by_label("System prompt").fill("Be brief.")
    sheet.get_by_label("Temperature").fill("0.3")
    # The sheet stays beside the chat; no press elsewhere throws anything away.
    with page.expect_request("**/v1/chat/completions") as request:
        say(page)
    assert request.value.post_data_json["temperature"] == 0.3
    assert request.value.post_data_json["messages"][0] == {"role": "system", "content": "Be brief."}
    wait_for_end(page)
    sheet.get_by_label("Temperature").fill("")
    sheet.get_by_label("Temperature").press("Escape")
    expect(sheet).to_be_hidden()
    page.reload()
    expect(open_settings(page).get_by_label("System prompt")).to_have_value("Be brief.")
    expect(page.get_by_label("Temperature")).to_have_value("")
    close_settings(page)
    expect(page.get_by_role("button", name="Chat settings")).to_be_focused()


def test_the_rhythm_of_a_thread(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F33 and F35: a question stands nearer to its answer than to the answer before."""
    page = visit(router()).page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, max_tokens=12, seed=1)
    for _ in range(2):
        say(page)
        wait_for_end(page)
    own = gap(page, "eh-message.user .said", "eh-message.assistant .prose >> visible=true")
    before = page.locator("eh-message.user .said").last.bounding_box()["y"] \
        - (lambda box: box["y"] + box["height"])(page.locator("eh-message.assistant").first.locator(".prose").last.bounding_box())
    assert own < before < 60, (own, before)
    # The model's name stands once, where it changes.
    expect(page.locator(".message-head:not(:empty)")).to_have_count(1)
    answers(page).last.get_by_role("button", name="Regenerate").click()
    wait_for_end(page)
    next_one = answers(page).last.get_by_role("button", name="Next version")
    assert float(next_one.evaluate("e => getComputedStyle(e).opacity")) < 0.6


def test_chats_that_are_answered_are_marked(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F48"""
    opened = visit(router("--context-shift"))
    page = opened.page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, **(LONG | {"max_tokens": 100_000}))
    say(page, "First tale")
    see_words(page)
    item = page.locator("eh-conversation-list li", has_text="First tale")
    expect(item.get_by_role("img", name="being answered")).to_be_visible()
    caret = """e => [e, e.querySelector('.block:last-child > p:last-child')].filter(Boolean)
        .map(e => getComputedStyle(e, '::after').content).join()"""
    assert '""' in page.locator(".message.running > .prose").last.evaluate(caret)
    new_chat(page)
    item.get_by_role("link").click()
    page.get_by_role("button", name="Stop the answer").click()
    wait_for_end(page)
    expect(item.get_by_role("img")).to_have_count(0)
    configure(page, max_tokens=30, seed=1)
    say(page, "And then?")
    new_chat(page)
    expect(item.get_by_role("img", name="new answer")).to_be_visible(timeout=30_000)
    opened.check_access()
    item.get_by_role("link").click()
    expect(item.get_by_role("img")).to_have_count(0)


def test_the_picker_of_a_server_that_is_gone(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F53"""
    program = router()
    opened = visit(program)
    opened.expected.append("ERR_|Failed to load")
    page = opened.page
    expect(page.locator(".picker-button")).to_contain_text("not loaded")
    page.route(re.compile("/models"), lambda route: route.abort())
    page.evaluate("import(new URL('ui/core/models.js', document.baseURI)).then(({ models }) => models.refresh())")
    expect(page.locator(".picker-button")).to_contain_text("unknown")


def test_the_key_is_kept_on_the_device_where_one_wants_it(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F38"""
    program = router("--api-key", "sk-right")
    opened = visit(program)
    opened.expected.append("401")
    dialog = opened.page.get_by_role("dialog", name="This server wants an API key")
    dialog.get_by_role("textbox").fill("sk-right")
    dialog.get_by_label("Keep on this device").check()
    dialog.get_by_role("button", name="Use this key").click()
    expect(opened.page.locator(".picker-button")).to_contain_text("-chat-")
    other = visit(program, context=opened.context).page
    expect(other.locator(".picker-button")).to_contain_text("-chat-")
    expect(other.get_by_role("dialog")).to_have_count(0)


def test_icons_for_home_screens() -> None:
    site = REPOSITORY / "Sources" / "Page" / "site"
    for name, size in (("icon-192", 192), ("icon-512", 512), ("maskable-512", 512), ("apple-touch-180", 180)):
        data = (site / "icons" / f"{name}.png").read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (size, size)
        assert f"ui/icons/{name}.png" in (site / "manifest.webmanifest").read_text() + (site / "index.html").read_text()
