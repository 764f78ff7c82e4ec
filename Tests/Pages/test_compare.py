# SPDX-License-Identifier: MIT
"""One prompt to several models side by side, and the vote."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import Visit
from conftest import PIRATE, STORIES
from programs import Router
from talking import close_settings, open_settings, wait_for_requests


def columns(page: Page) -> Locator:
    """The models that are compared."""
    return page.locator(".compare-column")


def ask(page: Page, text: str = "Tell me a story about a cat.") -> None:
    """Sends the prompt and waits until all have answered."""
    page.get_by_role("textbox", name="Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Which answer is better?")).to_be_visible(timeout=60_000)


def test_two_models_answer_and_one_wins(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/compare")
    page = opened.page
    expect(columns(page)).to_have_count(2)
    opened.look("compare-empty")
    ask(page)
    for column, model in ((columns(page).nth(0), PIRATE), (columns(page).nth(1), STORIES)):
        expect(column.get_by_role("article", name=f"Answer of {model}")).to_contain_text(re.compile(r"\w+ \w+ \w+"))
        expect(column.locator("dl")).to_contain_text(re.compile(r"First token[\d.,]+ m?s.*Speed[\d.,]+ tokens/s.*Tokens\d+"))
    opened.look("compare")
    opened.check_access()
    columns(page).nth(1).get_by_role("button", name="This is better").click()
    expect(page.get_by_text(f"You found {STORIES} better.")).to_be_visible()
    expect(page.get_by_role("row", name=f"{STORIES} 1 0 0")).to_be_visible()
    expect(page.get_by_role("row", name=f"{PIRATE} 0 0 1")).to_be_visible()
    ask(page, "And one about a dog.")
    page.get_by_role("button", name="Tie").click()
    expect(page.get_by_role("row", name=f"{STORIES} 1 1 0")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row", name=f"{STORIES} 1 1 0")).to_be_visible()
    expect(columns(page).first.get_by_role("article")).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    expect(page.get_by_text("You called it a tie.")).to_be_visible()
    opened.look("compare-voted")
    opened.check_access()
    page.get_by_role("button", name="Clear votes").click()
    page.get_by_role("dialog").get_by_role("button", name="Clear votes").click()
    expect(page.get_by_role("table")).to_have_count(0)
    assert opened.stored("votes") == []
    # Nothing of it is among the chats.
    page.get_by_role("link", name="Chat", exact=True).click()
    expect(page.locator("eh-conversation-list").get_by_role("listitem")).to_have_count(0)


def test_both_stream_at_once(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--context-shift")
    page = visit(program, "#/compare").page
    expect(columns(page)).to_have_count(2)
    open_settings(page, "Comparison settings").get_by_label("Custom JSON").fill('{"ignore_eos": true, "max_tokens": 50000}')
    close_settings(page)
    page.get_by_role("textbox", name="Message", exact=True).fill("Tell me a story.")
    page.keyboard.press("Enter")
    for index in (0, 1):
        expect(columns(page).nth(index).locator(".message.running .prose").last).to_contain_text(re.compile(r"\w+ \w+"), timeout=30_000)
    page.get_by_role("button", name="Stop the answer").click()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_names_can_be_hidden_until_the_vote(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/compare")
    page = opened.page
    expect(columns(page)).to_have_count(2)
    page.get_by_label("Hide the names until the vote").check()
    ask(page)
    text = page.locator(".compare-scroll").inner_text()
    assert STORIES not in text and PIRATE not in text
    opened.look("compare-blind")
    opened.check_access()
    page.get_by_role("region", name="Model A").get_by_role("button", name="This is better").click()
    expect(page.get_by_text(re.compile(f"You found ({STORIES}|{PIRATE}) better."))).to_be_visible()
    expect(columns(page).first.locator(".picker-button")).to_be_visible()


def test_columns_come_and_go_and_choose(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/compare")
    page = opened.page
    expect(columns(page)).to_have_count(2)
    page.get_by_role("button", name="Add a model").click()
    page.get_by_role("button", name="Add a model").click()
    expect(columns(page)).to_have_count(4)
    expect(page.get_by_role("button", name="Add a model")).to_be_disabled()
    page.get_by_role("button", name="Remove this model").last.click()
    columns(page).nth(2).locator(".picker-button").click()
    columns(page).nth(2).locator(".picker-model", has_text=STORIES).click()
    page.reload()
    expect(columns(page)).to_have_count(3)
    expect(columns(page).nth(2).locator(".picker-button")).to_contain_text(STORIES)


def test_an_answer_that_fails_says_why(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    opened = visit(program, "#/compare")
    opened.expected.append("status of 5|ERR_")
    page = opened.page
    expect(columns(page)).to_have_count(2)
    page.route("**/v1/chat/completions", lambda route: (
        route.fulfill(status=500, json={"error": {"code": 500, "message": "the model is ill", "type": "server_error"}})
        if route.request.post_data_json["model"] == PIRATE else route.continue_()))
    page.get_by_role("textbox", name="Message", exact=True).fill("Tell me a story.")
    page.keyboard.press("Enter")
    notice = columns(page).first.get_by_role("alert")
    expect(notice).to_contain_text("The model is ill.")
    page.unroute("**/v1/chat/completions")
    notice.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Which answer is better?")).to_be_visible(timeout=60_000)


def test_a_reload_in_the_middle_goes_on(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    page = visit(program, "#/compare").page
    ask(page)
    workers = program.workers
    for worker in workers:
        worker.stop()
    try:
        page.get_by_role("textbox", name="Message", exact=True).fill("And one about a dog.")
        page.keyboard.press("Enter")
        expect(columns(page).first.locator(".wait")).to_be_visible()
        wait_for_requests(program, 2)
        page.reload()
        expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    finally:
        for worker in workers:
            worker.resume()
    expect(page.get_by_text("Which answer is better?")).to_be_visible(timeout=60_000)
    expect(page.locator(".compare-scroll > .said")).to_have_text("And one about a dog.")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone(router: Callable[..., Router], visit: Callable[..., Visit], dark: bool) -> None:
    opened = visit(router(), "#/compare", width=360, height=740, dark=dark)
    expect(columns(opened.page)).to_have_count(2)
    ask(opened.page)
    opened.check_access()
    opened.look(f"compare-phone-{'dark' if dark else 'light'}")
