# SPDX-License-Identifier: MIT
"""Talking: a whole chat with a switch of models, branches, reloads, what goes wrong, and what is kept."""

import json
import re
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from playwright.sync_api import Error, Route, expect

from browsing import Visit
from conftest import PIRATE, REPOSITORY, STORIES
from processes import eventually
from programs import Router
from talking import (
    LONG,
    QUESTION,
    answers,
    chat_file,
    close_settings,
    configure,
    expect_loaded,
    new_chat,
    open_import,
    open_settings,
    pick,
    say,
    see_words,
    wait_for_end,
    wait_for_tokens,
)


def test_a_whole_chat_with_a_switch(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--models-max", "1")
    opened = visit(program)
    page = opened.page
    pick(page, STORIES)
    expect_loaded(page)
    say(page)
    wait_for_end(page)
    expect(answers(page)).to_have_count(1)
    expect(answers(page).first).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    expect(answers(page).first).to_contain_text(re.compile(r"[\d.,]+ tokens/s · \d+ tokens? · first after"))
    pick(page, PIRATE)
    say(page, "And one about a ship.")
    wait_for_end(page)
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_have_attribute("aria-label", f"Answer of {PIRATE}")
    assert program.statuses() == {STORIES: "unloaded", PIRATE: "loaded"}
    opened.look("chat")
    opened.check_access()
    expect(page).to_have_title(f"{QUESTION} · Enginehouse")
    texts = answers(page).locator(".prose").all_inner_texts()
    page.reload()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last.locator(".block").first).to_be_visible()
    assert answers(page).locator(".prose").all_inner_texts() == texts
    expect(page.locator("eh-conversation-list").get_by_role("link", name=QUESTION)).to_be_visible()


def test_the_wait_for_a_model_is_shown(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    page = visit(program).page
    pick(page, STORIES)
    expect_loaded(page)
    worker, = program.workers
    worker.stop()
    try:
        say(page)
        expect(answers(page).locator(".wait")).to_contain_text(f"Waiting for {STORIES}")
        expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    finally:
        worker.resume()
    wait_for_end(page)


def test_the_place_in_the_queue_is_shown(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--models-max", "1")
    opened = visit(program)
    # Loading by hand doesn't wait for a place.
    opened.expected.append("models/load")
    page = opened.page
    with program.http() as http:
        http.post("/v1/completions", json={"model": PIRATE, "prompt": "x", "max_tokens": 1})
        worker, = program.workers
        worker.stop()
        try:
            # A request that runs keeps its model's place.
            holder = threading.Thread(daemon=True, target=lambda: http.post(
                "/v1/completions", json={"model": PIRATE, "prompt": "x", "max_tokens": 1}))
            holder.start()
            eventually(lambda: httpx.get(f"{program.address}/activity").json()["requests"], "the other request runs")
            pick(page, STORIES)
            expect(page.get_by_text("All places are busy")).to_be_visible()
            say(page)
            expect(answers(page).locator(".wait")).to_contain_text("1 in the queue")
        finally:
            worker.resume()
        holder.join(20)
    wait_for_end(page)


def test_edit_and_another_answer_make_branches(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    page = opened.page
    say(page)
    wait_for_end(page)
    expect(answers(page).first.locator(".block").first).to_be_visible()
    first = answers(page).first.locator(".prose").last.inner_text()
    page.get_by_role("button", name="Regenerate").click()
    expect(answers(page)).to_contain_text("2/2")
    wait_for_end(page)
    page.get_by_role("button", name="Previous version").click()
    expect(answers(page)).to_contain_text("1/2")
    expect(answers(page).first.locator(".prose").last).to_have_text(first, use_inner_text=True)
    page.locator("eh-message.user").hover()
    page.get_by_role("button", name="Edit the message").click()
    field = page.get_by_role("textbox", name="Edit the message")
    expect(field).to_be_focused()
    field.fill("Tell me a story about a dog.")
    field.press("Enter")
    wait_for_end(page)
    expect(page.locator("eh-message.user")).to_contain_text("about a dog")
    expect(page.locator("eh-message.user")).to_contain_text("2/2")
    opened.look("chat-branches")
    opened.check_access()
    page.reload()
    expect(page.locator("eh-message.user")).to_contain_text("about a dog")
    page.locator("eh-message.user").hover()
    page.get_by_role("button", name="Previous version").first.click()
    expect(page.locator("eh-message.user")).to_contain_text("about a cat")
    assert len(opened.stored("messages")) == 5


def test_an_answer_can_be_stopped_and_gone_on_with(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router("--context-shift"))
    page = opened.page
    configure(page, **LONG | {"max_tokens": 50_000})
    say(page)
    expect(answers(page).locator(".prose").last).to_contain_text(re.compile(r"\w+ \w+"))
    page.keyboard.press("Escape")
    wait_for_end(page)
    expect(answers(page)).to_contain_text("Stopped")
    text = answers(page).locator(".prose").last.inner_text()
    configure(page, max_tokens=5)
    answers(page).get_by_role("button", name="Continue").click()
    wait_for_end(page)
    assert answers(page).locator(".prose").last.inner_text().startswith(text.rstrip()[:-10])
    expect(answers(page)).to_have_count(1)


def test_a_reload_in_mid_answer_loses_nothing(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--context-shift")
    opened = visit(program)
    page = opened.page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, **LONG)
    worker, = program.workers
    say(page)
    # The server is asked, since on a busy machine the page may show the first words of an answer that is complete.
    wait_for_tokens(program)
    worker.stop()
    try:
        see_words(page)
        page.reload()
        expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    finally:
        worker.resume()
    wait_for_end(page)
    answer, = [m for m in opened.stored("messages") if m["role"] == "assistant"]
    assert answer["state"] == "done"
    with program.http() as http:
        stream = http.get("/v1/stream", params={"conv_id": answer["stream"]}).text
    chunks = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: {")]
    whole = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert len(whole) > 5000
    assert answer["text"] == whole


def test_a_broken_model_says_why_and_what_to_do(router: Callable[..., Router], visit: Callable[..., Visit],
                                                models: Path) -> None:
    source = (REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()
    (models / "broken.gguf").write_bytes(source.replace(b"llama", b"a cat"))
    opened = visit(router(models=models))
    opened.expected.append("status of 500")
    page = opened.page
    pick(page, "broken")
    expect(page.locator(".picker-button")).to_contain_text("failed", timeout=30_000)
    say(page)
    notice = answers(page).get_by_role("alert")
    expect(notice).to_contain_text("unknown model architecture: 'a cat'", timeout=30_000)
    expect(notice).to_contain_text("Try again")
    opened.check_access()
    page.locator(".picker-button").click()
    expect(page.locator(".picker-list li", has_text="broken")).to_contain_text("unknown model architecture")
    opened.look("chat-failed")
    page.keyboard.press("Escape")
    pick(page, STORIES)
    notice.get_by_role("button", name="Try again").click()
    wait_for_end(page)
    expect(answers(page)).to_have_count(1)
    expect(answers(page)).to_have_attribute("aria-label", f"Answer of {STORIES}")
    expect(notice).to_have_count(0)


def test_nothing_is_lost_with_the_server(router: Callable[..., Router], visit: Callable[..., Visit], binaries: Path,
                                         bundled: Path) -> None:
    program = router("--context-shift")
    port = program.address.rsplit(":", 1)[1]
    opened = visit(program)
    opened.expected += ["ERR_", "Failed to load resource"]
    page = opened.page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, **LONG | {"max_tokens": 100_000})
    say(page)
    expect(answers(page).locator(".prose").last).to_contain_text(re.compile(r"\w+ \w+"))
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()
    expect(page.locator(".lost")).to_contain_text("can't be reached")
    expect(answers(page).locator(".wait")).to_contain_text("Reconnecting")
    text = answers(page).locator(".prose").last.inner_text()
    assert text
    opened.look("chat-lost")
    eventually(lambda: not program.remains(), "the worker has noticed", 10)
    second = Router(binaries, bundled, "-t", "1", "--context-shift", "--port", port)
    try:
        notice = answers(page).get_by_role("alert")
        expect(notice).to_contain_text("no longer has this answer", timeout=30_000)
        expect(page.locator(".lost")).to_be_hidden(timeout=30_000)
        expect(answers(page).locator(".prose").last).to_contain_text(text[:100], use_inner_text=True)
        configure(page, max_tokens=8)
        notice.get_by_role("button", name="Try again").click()
        wait_for_end(page)
        expect(notice).to_have_count(0)
        opened.close()
    finally:
        second.stop()


def test_a_message_that_could_not_be_sent_waits(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    opened.expected.append("ERR_")
    page = opened.page
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    page.route("**/v1/chat/completions", lambda route: route.abort())
    say(page)
    notice = answers(page).get_by_role("alert")
    expect(notice).to_contain_text("could not be reached")
    page.unroute("**/v1/chat/completions")
    page.reload()
    notice.get_by_role("button", name="Try again").click()
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")


def test_settings_are_sent(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    page = opened.page
    dialog = open_settings(page)
    dialog.get_by_label("System prompt").fill("Be brief.")
    dialog.get_by_label("Temperature").fill("0.3")
    dialog.get_by_label("Max tokens").fill("4")
    dialog.get_by_label("Stop sequences").fill("END\n###")
    dialog.get_by_label("Custom JSON").fill('{"top_k": ')
    opened.check_access()
    opened.look("chat-settings")
    expect(dialog).to_contain_text("Not used yet")
    dialog.get_by_label("Custom JSON").fill('{"top_k": 3}')
    dialog.get_by_role("button", name="Use for new chats").click()
    close_settings(page)
    with page.expect_request("**/v1/chat/completions") as request:
        say(page)
    body = request.value.post_data_json
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
    assert (body["temperature"], body["max_tokens"], body["top_k"], body["stop"]) == (0.3, 4, 3, ["END", "###"])
    wait_for_end(page)
    expect(answers(page)).to_contain_text("4 tokens")
    page.get_by_role("link", name="New chat").click()
    open_settings(page)
    expect(page.get_by_label("System prompt")).to_have_value("Be brief.")


def test_chats_are_found_renamed_exported_imported_and_deleted(
        router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    opened = visit(router())
    page = opened.page
    chats = page.locator("eh-conversation-list")
    for text in ("The first is about zebras", "The second is about yaks"):
        new_chat(page)
        say(page, text)
        wait_for_end(page)
    expect(chats.get_by_role("listitem")).to_have_count(2)
    chats.get_by_role("searchbox").fill("ZEBRA")
    expect(chats.get_by_role("listitem")).to_have_count(1)
    chats.get_by_role("searchbox").fill("")
    chats.get_by_role("listitem").first.hover()
    chats.get_by_role("button", name="More about The second").click()
    opened.check_access()
    opened.look("chat-menu")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Title").fill("Yaks!")
    page.keyboard.press("Enter")
    expect(chats.get_by_role("link", name="Yaks!")).to_be_visible()
    chats.get_by_role("button", name="More about chats").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export all chats").click()
    file = tmp_path / "chats.json"
    download.value.save_as(file)
    saved = json.loads(file.read_text())
    assert {c["title"]: len(c["messages"]) for c in saved["conversations"]} == {"Yaks!": 2, "The first is about zebras": 2}
    chats.get_by_role("button", name="More about Yaks!").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog", name="Delete this chat?").get_by_role("button", name="Delete").click()
    expect(chats.get_by_role("listitem")).to_have_count(1)
    assert len(opened.stored("messages")) == 2
    page.locator("eh-conversation-list input[type=file]").set_input_files(file)
    expect(page.get_by_text("2 chats were imported")).to_be_visible()
    expect(chats.get_by_role("listitem")).to_have_count(3)
    chats.get_by_role("link", name="Yaks!").click()
    expect(answers(page)).to_have_count(1)
    broken = tmp_path / "other.json"
    broken.write_text("{}")
    page.locator("eh-conversation-list input[type=file]").set_input_files(broken)
    expect(page.get_by_text("holds no conversations")).to_be_visible()


MARKDOWN = """\
# A heading

Some *text* with `code` and a [link](https://example.com).

```python
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
```

| a | b |
|---|--:|
| 1 | 2 |
"""


def test_markdown_is_shown_and_code_can_be_copied(router: Callable[..., Router], visit: Callable[..., Visit],
                                                  tmp_path: Path) -> None:
    opened = visit(router())
    page = opened.page
    open_import(page, chat_file(tmp_path, MARKDOWN, reasoning="Let me *think*."))
    answer = answers(page)
    expect(answer.locator("h1")).to_have_text("A heading")
    expect(answer.locator(".hljs-keyword").first).to_have_text("def")
    expect(answer.get_by_role("table")).to_be_visible()
    expect(answer.get_by_text("Let me think.")).to_be_hidden()
    answer.get_by_text("Thoughts").click()
    expect(answer.get_by_text("Let me think.")).to_be_visible()
    answer.get_by_role("button", name="Copy the code").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("def fib(n):\n    return")
    opened.look("chat-markdown")
    opened.check_access()


def test_hostile_markdown_does_nothing(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    hostile = "\n\n".join([
        "<script>window.hit = 1</script>", '<img src="x" onerror="window.hit = 2">', "[a](javascript:window.hit=3)",
        "![p](https://elsewhere.invalid/p.png)", '<iframe src="https://elsewhere.invalid"></iframe>',
        '<form action="https://elsewhere.invalid"><button>b</button></form>', '<p id="main" style="position:fixed">c</p>',
        '<svg><style><img src=x onerror="window.hit = 4"></style></svg>', '<a href="data:text/html,x">d</a>',
        '<div class="lost" tabindex="1">e</div>', '```"><img src=x onerror=window.hit=5>\ncode\n```', "The end."])
    opened = visit(router())
    # The sanitiser's own document says that it runs no handlers and takes no styles.
    opened.expected.append("inline (event handler|style)|CSP: (script|style)-src-")
    page = opened.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_import(page, chat_file(tmp_path, hostile))
    expect(answers(page)).to_contain_text("The end.")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    found = answers(page).locator(
        ".prose script, .prose iframe, .prose form, .prose style, .prose [onerror], .prose [style], .prose [id], .prose .lost, "
        ".prose a[href^='javascript'], .prose a[href^='data'], .prose img")
    assert found.count() == 0, found.first.evaluate("e => e.outerHTML")
    assert not [url for url in asked if not url.startswith((opened.address, "blob:"))]


def test_without_the_libraries_text_is_plain(router: Callable[..., Router], visit: Callable[..., Visit],
                                             tmp_path: Path) -> None:
    program = router()
    opened = visit(program)
    page = opened.page
    page.route("**/_app/version.json", lambda route: route.fulfill(json={"version": "x", "libraries": []}))
    page.reload()
    open_import(page, chat_file(tmp_path, MARKDOWN + "<b>bold</b>"))
    expect(answers(page)).to_contain_text("# A heading")
    expect(answers(page)).to_contain_text("<b>bold</b>")
    say(page)
    wait_for_end(page)
    expect(answers(page)).to_have_count(2)
    opened.check_access()


def sse(*chunks: dict) -> str:
    """A stream of chat chunks."""
    return "".join(f"data: {json.dumps({'model': STORIES, 'choices': [{'index': 0, 'delta': {}, 'finish_reason': None} | c]})}\n\n"
                   for c in chunks) + "data: [DONE]\n\n"


def test_tool_calls_are_shown_and_answered(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    # The demo models call no tools: the test speaks for them.
    bodies: list[dict] = []
    replies = [
        sse({"delta": {"reasoning_content": "I need the weather."}},
            {"delta": {"tool_calls": [{"index": 0, "id": "c1", "type": "function",
                                       "function": {"name": "weather", "arguments": '{"city":'}}]}},
            {"delta": {"tool_calls": [{"index": 0, "function": {"arguments": '"Bern"}'}}]}},
            {"finish_reason": "tool_calls"}),
        sse({"delta": {"content": "It snows in Bern."}}, {"finish_reason": "stop"}),
    ]

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        route.fulfill(body=replies[len(bodies) - 1], headers={"content-type": "text/event-stream"})

    opened = visit(router())
    page = opened.page
    page.route("**/v1/chat/completions", answer)
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    say(page, "How is the weather in Bern?")
    card = answers(page).first.locator(".call")
    expect(card).to_contain_text("weather")
    expect(card).to_contain_text('"city": "Bern"')
    expect(answers(page).first.get_by_text("Thoughts")).to_be_visible()
    opened.check_access()
    opened.look("chat-tools")
    card.get_by_label("What the tool says").fill("snow")
    card.get_by_role("button", name="Give the result").click()
    expect(answers(page).last).to_contain_text("It snows in Bern.")
    assert bodies[1]["messages"][1:] == [
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Bern"}'}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "snow"}]


def test_files_are_attached_where_the_model_takes_them(router: Callable[..., Router], visit: Callable[..., Visit],
                                                       models: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Cats like fish.")
    picture = tmp_path / "p.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    opened = visit(router(models=models))
    page = opened.page
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    files = page.locator("eh-composer input[type=file]")
    files.set_input_files(picture)
    expect(page.get_by_text("takes no pictures")).to_be_visible()
    files.set_input_files(text)
    expect(page.get_by_role("list", name="Attached files")).to_contain_text("notes.txt")
    opened.look("chat-attached")
    with page.expect_request("**/v1/chat/completions") as request:
        say(page, "What do cats like?")
    assert "Cats like fish." in request.value.post_data_json["messages"][0]["content"]
    wait_for_end(page)
    # A model that says it takes pictures gets them; whether it sees well is its tests' business.
    page.route("**/models", lambda route: route.fulfill(json={"data": [
        m | {"architecture": {"input_modalities": ["text", "image", "audio"], "output_modalities": ["text"]}}
        for m in httpx.get(f"{opened.address}/models").json()["data"]]}))
    page.reload()
    files.set_input_files(picture)
    expect(page.get_by_role("list", name="Attached files").get_by_role("img")).to_be_visible()
    with page.expect_request("**/v1/chat/completions") as request:
        say(page, "And here?")
    parts = request.value.post_data_json["messages"][-1]["content"]
    assert parts[0]["image_url"]["url"].startswith("data:image/svg+xml;base64,")
    assert parts[1] == {"type": "text", "text": "And here?"}
    opened.expected.append("status of [45]")
    wait_for_end(page)
    expect(page.locator("eh-message.user").last.get_by_role("img")).to_be_visible()


def test_a_draft_is_kept(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = visit(router()).page
    page.get_by_role("textbox", name="Message", exact=True).fill("Half a thou")
    page.reload()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value("Half a thou")


def test_a_chat_on_a_phone_by_touch(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    opened = visit(router(), width=360, height=640, touch=True)
    page = opened.page
    open_menu = page.get_by_role("button", name="Menu").first
    page.locator("eh-conversation-list input[type=file]").set_input_files(
        chat_file(tmp_path, MARKDOWN + "\n" + "wide" * 60 + "\n\n| " + " | ".join("column" for _ in range(12)) + " |\n"
                  + "|---" * 12 + "|\n"))
    open_menu.click()
    page.get_by_role("link", name="Shown").click()
    expect(answers(page).get_by_role("table").first).to_be_visible()
    opened.check_width()
    say(page)
    wait_for_end(page)
    opened.check_access()
    opened.look("chat-phone")
    page.locator(".picker-button").click()
    opened.check_access()
    opened.look("chat-phone-picker")


def test_a_key_of_one_tab_is_used_for_streams(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router("--api-key", "sk-1"))
    opened.expected.append("401")
    page = opened.page
    page.get_by_role("textbox", name="API key").fill("sk-1")
    page.keyboard.press("Enter")
    say(page)
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")


def test_a_message_that_is_sent_before_the_models_are_known_waits_for_them(
        router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = visit(router()).page
    held: list[Route] = []
    is_held = [True]
    page.route(re.compile(r"/models$"), lambda route: held.append(route) if is_held[0] else route.continue_())
    page.reload()
    say(page)
    expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    is_held[0] = False
    for route in held:
        # The page before the reload may have asked, too: there is no answer to give any more.
        with suppress(Error):
            route.continue_()
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")


def test_a_picture_that_is_attached_before_the_models_are_known_waits_for_them(
        router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    picture = tmp_path / "p.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    opened = visit(router())
    page = opened.page
    held: list[Route] = []
    is_held = [True]

    def answer(route: Route) -> None:
        route.fulfill(json={"data": [
            m | {"architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]}}
            for m in httpx.get(f"{opened.address}/models").json()["data"]]})

    page.route("**/models", lambda route: held.append(route) if is_held[0] else answer(route))
    page.reload()
    page.locator("eh-composer input[type=file]").set_input_files(picture)
    page.wait_for_timeout(300)
    expect(page.get_by_text("takes no pictures")).to_have_count(0)
    is_held[0] = False
    for route in held:
        with suppress(Error):
            answer(route)
    expect(page.get_by_role("list", name="Attached files").get_by_role("img")).to_be_visible()


def test_by_keyboard_alone(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = visit(router()).page
    focused = page.locator(":focus")
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    page.keyboard.press("Alt+m")
    expect(focused).to_have_attribute("aria-label", "Find a model")
    page.keyboard.type("stories")
    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("aria-label", "Message")
    expect_loaded(page)
    page.locator(".picker-button").focus()
    page.keyboard.press("/")
    expect(focused).to_have_attribute("aria-label", "Message")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please.")
    page.keyboard.press("Enter")
    wait_for_end(page)
    expect(page.locator("eh-message.user .said")).to_have_text(f"{QUESTION}\nPlease.")
    page.keyboard.press("Control+k")
    expect(focused).to_have_attribute("aria-label", "Search chats")
    page.keyboard.press("Control+Shift+O")
    expect(answers(page)).to_have_count(0)
    page.keyboard.press("Alt+2")
    expect(page.locator("eh-compare")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("id", "main")


def test_a_chat_that_is_deleted_while_it_runs_is_gone(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router("--context-shift"))
    page = opened.page
    configure(page, **LONG | {"max_tokens": 50_000})
    say(page)
    expect(answers(page).locator(".prose").last).to_contain_text(re.compile(r"\w+ \w+"))
    chats = page.locator("eh-conversation-list")
    chats.get_by_role("button", name=f"More about {QUESTION}").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(chats.get_by_role("listitem")).to_have_count(0)
    expect(answers(page)).to_have_count(0)
    page.wait_for_timeout(500)
    assert opened.stored("messages") == []


def test_the_chat_is_still_there_after_another_view(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = visit(router()).page
    say(page)
    wait_for_end(page)
    address = page.url
    views = page.get_by_role("navigation", name="Views")
    views.get_by_role("link", name="Compare").click()
    expect(page.locator("eh-compare")).to_be_visible()
    views.get_by_role("link", name="Chat").click()
    expect(answers(page)).to_have_count(1)
    expect(page).to_have_url(address)
    page.get_by_role("link", name="New chat").click()
    expect(answers(page)).to_have_count(0)
    page.go_back()
    expect(answers(page)).to_have_count(1)


def test_a_message_without_an_answer_can_have_one(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit(router()).page
    file = tmp_path / "half.json"
    file.write_text(json.dumps({"format": "enginehouse-conversations", "version": 1, "conversations": [
        {"title": "Half", "leaf": "a", "model": STORIES, "messages": [
            {"id": "a", "parent": None, "role": "user", "created": 1, "text": QUESTION}]}]}))
    page.locator("eh-conversation-list input[type=file]").set_input_files(file)
    page.get_by_role("link", name="Half").click()
    page.get_by_role("button", name="Answer this").click()
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")
    expect(page.get_by_role("button", name="Answer this")).to_have_count(0)


def test_two_tabs_show_the_same_answer(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    first = visit(program)
    say(first.page)
    wait_for_end(first.page)
    second = visit(program, "#/chat/" + first.page.url.rsplit("/", 1)[1], context=first.context)
    for each in (first, second):
        expect(answers(each.page)).to_contain_text("tokens/s")
        # The libraries may come after the text.
        expect(answers(each.page).locator(".block").first).to_be_visible()
    assert answers(second.page).locator(".prose").all_inner_texts() == answers(first.page).locator(".prose").all_inner_texts()


def test_a_chat_with_one_model(binaries: Path, visit: Callable[..., Visit]) -> None:
    program = Router(binaries, None, "-m", str(REPOSITORY / "models" / f"{STORIES}.gguf"), "-t", "1")
    try:
        opened = visit(program)
        opened.expected.append("503")
        expect_loaded(opened.page)
        say(opened.page)
        wait_for_end(opened.page)
        expect(answers(opened.page)).to_contain_text("tokens/s")
        opened.close()
    finally:
        program.stop()


def test_a_model_that_comes_is_there(router: Callable[..., Router], visit: Callable[..., Visit], tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    program = router(models=folder)
    opened = visit(program)
    expect(opened.page.get_by_text("no models yet")).to_be_visible()
    shutil.copy(REPOSITORY / "models" / f"{STORIES}.gguf", folder)
    httpx.post(f"{program.address}/models/reload", json={})
    expect(opened.page.locator(".picker-button")).to_contain_text(STORIES)
    say(opened.page)
    wait_for_end(opened.page)
    expect(answers(opened.page)).to_contain_text("tokens/s")
