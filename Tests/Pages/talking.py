# SPDX-License-Identifier: MIT
"""What the tests of chats do again and again."""

import json
import re
from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from conftest import STORIES
from processes import eventually
from programs import Router

QUESTION = "Tell me a story about a cat."
# An answer that takes a second or so on the demo models, longer than the context, without an end of its own.
LONG = {"ignore_eos": True, "max_tokens": 2500, "seed": 1}


def say(page: Page, text: str = QUESTION) -> None:
    """Writes a message and sends it."""
    said = page.locator("eh-message.user").count()
    page.get_by_role("textbox", name="Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("eh-message.user").nth(said)).to_be_attached()


def answers(page: Page) -> Locator:
    """All answers of the thread."""
    return page.locator("eh-message.assistant")


def wait_for_end(page: Page) -> None:
    """Until no answer is being written."""
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=90_000)


def configure(page: Page, **fields) -> None:
    """Gives the chat fields of the request."""
    sheet = open_settings(page)
    sheet.get_by_label("Custom JSON").fill(json.dumps(fields))
    close_settings(page)


def open_settings(page: Page, name: str = "Chat settings") -> Locator:
    """Shows the settings, with all their sections."""
    page.get_by_role("button", name=name).click()
    sheet = page.get_by_role("dialog", name=name)
    for section in ("Tools", "Advanced"):
        if sheet.locator("details:not([open]) > summary", has_text=section).count():
            sheet.locator("summary", has_text=section).click()
    return sheet


def close_settings(page: Page) -> None:
    """Hides them."""
    page.get_by_role("button", name="Close the settings").click()
    expect(page.locator("eh-settings:visible")).to_have_count(0)


def pick(page: Page, model: str) -> None:
    """Chooses a model."""
    page.locator("eh-chat .picker-button").click()
    page.get_by_role("textbox", name="Find a model").or_(page.get_by_role("searchbox", name="Find a model")).fill(model)
    page.locator(".picker-model", has_text=model).click()


def expect_loaded(page: Page) -> None:
    """Until the chosen model is loaded."""
    expect(page.locator(".picker-button .dot")).to_have_attribute("data-state", "loaded", timeout=30_000)


def chat_file(folder: Path, text: str, **more) -> Path:
    """An export with one question and one answer."""
    messages = [
        {"id": "a", "parent": None, "role": "user", "created": 1, "text": "Show me"},
        {"id": "b", "parent": "a", "role": "assistant", "created": 2, "text": text, "model": "m", "state": "done"} | more,
    ]
    file = folder / "chat.json"
    file.write_text(json.dumps({"format": "enginehouse-conversations", "version": 1, "conversations": [
        {"title": "Shown", "leaf": "b", "model": STORIES, "messages": messages}]}))
    return file


def open_import(page: Page, file: Path) -> None:
    """Imports a file with the chat `Shown` and shows it."""
    page.locator("eh-conversation-list input[type=file]").set_input_files(file)
    page.get_by_role("link", name="Shown").click()
    expect(answers(page)).to_have_count(1)


def new_chat(page: Page) -> None:
    """Begins another chat, and waits until it is the one that is shown."""
    page.get_by_role("link", name="New chat").click()
    expect(page.locator("eh-chat .welcome")).to_be_visible()


def wait_for_tokens(program: Router, number: int = 5, answers: int = 1) -> None:
    """Until so many answers run and each has so many tokens, as the server knows it: a page on a busy machine may lag behind."""
    def run() -> bool:
        requests = httpx.get(f"{program.address}/activity").json()["requests"]
        return len([r for r in requests if r["tokens"] >= number]) >= answers

    eventually(run, "the answers have begun", 30)


def wait_for_requests(program: Router, number: int) -> None:
    """Until the server has so many requests."""
    eventually(lambda: len(httpx.get(f"{program.address}/activity").json()["requests"]) >= number, f"{number} requests run", 30)


def see_words(page: Page) -> None:
    """Until the last answer has begun."""
    expect(answers(page).last.locator(".prose").last).to_contain_text(re.compile(r"\w+ \w+"), timeout=30_000)
