# SPDX-License-Identifier: MIT
"""More answers at once than a browser has connections to one server."""

import json
import re
import threading
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from browsing import Visit
from conftest import PIRATE
from processes import eventually
from programs import Router
from talking import (
    LONG,
    answers,
    close_settings,
    configure,
    expect_loaded,
    new_chat,
    open_settings,
    pick,
    say,
    see_words,
    wait_for_end,
    wait_for_tokens,
)

# Streams that nobody ends.
ENDLESS = LONG | {"max_tokens": 100_000}


@pytest.fixture
def program(router: Callable[..., Router]) -> Router:
    """A router whose model answers eight at once."""
    return router("--context-shift", "-np", "8", "-c", "8192")


def test_eight_answers_at_once_and_the_views_still_load(program: Router, visit: Callable[..., Visit]) -> None:
    """F16"""
    opened = visit(program)
    page = opened.page
    pick(page, PIRATE)
    expect_loaded(page)
    configure_for_all(page)
    for number in range(8):
        if number:
            new_chat(page)
        say(page, f"Story {number}")
        see_words(page)
    wait_for_tokens(program, answers=8)
    # The browser asks for things as before.
    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_role("link", name=PIRATE, exact=True)).to_be_visible()
    page.get_by_role("link", name=PIRATE, exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("the model is loaded")
    page.get_by_role("link", name="Activity", exact=True).click()
    expect(page.get_by_role("table", name="Requests that run").get_by_role("row", name=PIRATE)).to_have_count(8)
    # An answer that wasn't read goes on where it is shown, and is read to its end.
    page.get_by_role("link", name="Chat", exact=True).click()
    page.get_by_role("link", name="Story 0").click()
    expect(page.locator("eh-message.user")).to_have_text(re.compile("Story 0"))
    text = answers(page).locator(".prose").last
    before = text.inner_text()
    expect(text).not_to_have_text(before)
    page.keyboard.press("Escape")
    wait_for_end(page)
    expect(answers(page)).to_contain_text("Stopped")
    for number in range(1, 8):
        page.get_by_role("link", name=f"Story {number}").click()
        expect(page.locator("eh-message.user")).to_have_text(re.compile(f"Story {number}"))
        page.get_by_role("button", name="Stop the answer").click()
        wait_for_end(page)


def configure_for_all(page) -> None:
    """Endless answers, also in new chats."""
    dialog = open_settings(page)
    dialog.get_by_label("Custom JSON").fill('{"ignore_eos": true, "max_tokens": 100000}')
    dialog.get_by_role("button", name="Use for new chats").click()
    close_settings(page)


def test_an_answer_that_is_not_looked_at_is_kept_whole(program: Router, visit: Callable[..., Visit]) -> None:
    opened = visit(program)
    page = opened.page
    pick(page, PIRATE)
    expect_loaded(page)
    configure(page, **LONG)
    worker, = program.workers
    say(page)
    wait_for_tokens(program)
    worker.stop()
    try:
        see_words(page)
        new_chat(page)
        # Nobody reads it now: its connection is free.
        eventually(lambda: [m["state"] for m in opened.stored("messages") if m["role"] == "assistant"] == ["running"], "it runs")
    finally:
        worker.resume()
    eventually(lambda: [m["state"] for m in opened.stored("messages") if m["role"] == "assistant"] == ["done"], "it is complete", 60)
    answer, = [m for m in opened.stored("messages") if m["role"] == "assistant"]
    stream = httpx.get(f"{program.address}/v1/stream", params={"conv_id": answer["stream"]}).text
    assert len(stream) > 100_000 and answer["offset"] <= len(stream.encode())
    chunks = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: {")]
    assert answer["text"] == "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])


def test_a_message_for_a_model_that_loads_survives_a_reload(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--models-max", "1")
    opened = visit(program)
    page = opened.page
    with program.http() as http:
        http.post("/v1/completions", json={"model": PIRATE, "prompt": "x", "max_tokens": 1})
    worker, = program.workers
    # Its place isn't free before it has answered.
    worker.stop()
    try:
        holder = threading.Thread(daemon=True, target=lambda: httpx.post(
            f"{program.address}/v1/completions", json={"model": PIRATE, "prompt": "x", "max_tokens": 1}, timeout=60))
        holder.start()
        eventually(lambda: httpx.get(f"{program.address}/activity").json()["requests"], "the other request runs")
        opened.expected.append("models/load")
        pick(page, "stories")
        say(page)
        expect(answers(page).locator(".wait")).to_contain_text("in the queue")
        page.reload()
        expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
        expect(answers(page).locator(".wait")).to_contain_text("Waiting")
        new_chat(page)
        page.go_back()
        expect(answers(page).locator(".wait")).to_contain_text("Waiting")
    finally:
        worker.resume()
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")
    holder.join(20)
