# SPDX-License-Identifier: MIT
"""Attaching files: several at once, and whatever is text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import Visit
from programs import Router
from talking import say, wait_for_end

SOURCES = {
    "app.tsx": "export const a = <b/>;", "a.rb": "puts 1", "a.php": "<?php", "a.vue": "<template/>", "a.zig": "const a = 1;",
    "a.proto": "syntax", "a.jsonl": "{}\n{}", "a.conf": "a = b", ".env": "A=1", "a.r": "x <- 1", "a.tf": "resource", "a.ps1": "Get-Item",
    "a.bat": "@echo off",
    "a.graphql": "type A", "a.srt": "1", ".gitignore": "*.o", "Dockerfile": "FROM x", "Makefile": "all:", "a.ts": "let a: number",
    "a.m3u": "#EXTM3U", "ünïcode.txt": "é€😀", "empty.txt": "", "a.html": "<p>",
}


@pytest.fixture
def page(router: Callable[..., Router], visit: Callable[..., Visit]) -> Page:
    """A new chat."""
    page = visit(router()).page
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    return page


def attached(page: Page):
    """The files that stand above the message."""
    return page.get_by_role("list", name="Attached files").get_by_role("listitem")


def test_all_files_that_were_chosen_are_attached(page: Page, tmp_path: Path) -> None:
    """F2"""
    files = []
    for number in range(3):
        files.append(tmp_path / f"note {number}.txt")
        files[-1].write_text(f"Fact {number}.")
    page.locator("eh-composer input[type=file]").set_input_files(files)
    expect(attached(page)).to_have_text([file.name for file in files])
    # The same ones can be chosen again.
    page.get_by_role("button", name="Remove note 1.txt").click()
    page.locator("eh-composer input[type=file]").set_input_files(files[1])
    expect(attached(page)).to_have_text(["note 0.txt", "note 2.txt", "note 1.txt"])
    with page.expect_request("**/v1/chat/completions") as request:
        say(page, "Which facts?")
    content = request.value.post_data_json["messages"][0]["content"]
    assert all(f"Fact {number}." in content for number in range(3))
    wait_for_end(page)


def test_whatever_is_text_is_attached(page: Page, tmp_path: Path) -> None:
    """F7: what is in a file counts, not its name."""
    files = []
    for name, text in SOURCES.items():
        files.append(tmp_path / name)
        files[-1].write_text(text)
    # A character stands across the place up to which is looked.
    long = tmp_path / "long.unknown"
    long.write_bytes(b"x" * 65_535 + "é".encode() * 10)
    page.locator("eh-composer input[type=file]").set_input_files([*files, long])
    expect(attached(page)).to_have_text([file.name for file in [*files, long]])
    for name, data in {"a.bin": b"a\0b", "latin.txt": "é".encode("latin-1"), "b.zip": b"PK\3\4\0\0"}.items():
        (tmp_path / name).write_bytes(data)
    page.locator("eh-composer input[type=file]").set_input_files([tmp_path / name for name in ("a.bin", "latin.txt", "b.zip")])
    expect(page.get_by_text("a.bin, latin.txt, b.zip: neither a picture, a sound nor a text.")).to_be_visible()
    expect(attached(page)).to_have_count(len(files) + 1)


def test_files_that_are_dropped_or_pasted_are_attached(page: Page) -> None:
    for kind, target, member in (("drop", "eh-chat", "dataTransfer"), ("paste", "eh-composer textarea", "clipboardData")):
        page.evaluate("""([kind, target, member]) => {
          const transfer = new DataTransfer();
          for (const name of ['one', 'two']) transfer.items.add(new File([name], `${kind}-${name}.go`));
          const event = kind === 'drop' ? new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true})
            : new ClipboardEvent(kind, {clipboardData: transfer, bubbles: true, cancelable: true});
          document.querySelector(target).dispatchEvent(event);
        }""", [kind, target, member])
    expect(attached(page)).to_have_text(["drop-one.go", "drop-two.go", "paste-one.go", "paste-two.go"])


def test_text_is_told_from_other_bytes(page: Page) -> None:
    found = page.evaluate("""async texts => {
      const { readsAsText } = await import(new URL("ui/chat/file-kind.js", location.href));
      return texts.map(([bytes, isCut]) => readsAsText(new Uint8Array(bytes), isCut));
    }""", [[list("né".encode()), False], [list("né".encode()[:-1]), False], [list("né".encode()[:-1]), True], [[0], False], [[], False]])
    assert found == [True, False, True, False, True]
