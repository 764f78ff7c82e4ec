# SPDX-License-Identifier: MIT
"""The page's pure modules, one by one, in the browser that will run them."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from browsing import Visit
from programs import Router


@pytest.fixture
def page(router: Callable[..., Router], visit: Callable[..., Visit]) -> Page:
    """A page that may import its modules."""
    return visit(router()).page


def run(page: Page, module: str, code: str, argument=None):
    """What `code` returns, with the module as `m` and the argument as `a`."""
    return page.evaluate(f"async a => {{ const m = await import(new URL('ui/{module}', location.href)); {code} }}", argument)


STREAM = ("data: {\"a\": 1}\n\n: ping\n\nevent: error\ndata: first\ndata: second\r\n\r\ndata:é€😀\n\nid: 1\nretry: 5\n\ndata\n\n"
          "data: the end is missing\n")


def test_events_are_read_however_the_bytes_come(page: Page) -> None:
    found = run(page, "core/event-parser.js", """
        const bytes = new TextEncoder().encode(a);
        const read = size => {
          const parser = new m.EventParser(), all = [];
          for (let i = 0; i < bytes.length; i += size) all.push(...parser.push(bytes.slice(i, i + size)));
          return JSON.stringify(all);
        };
        const whole = read(bytes.length);
        return {whole: JSON.parse(whole), same: [1, 2, 3, 5, 7, 16, 64].every(size => read(size) === whole)};
        """, STREAM)
    assert found["same"]
    assert [(e["event"], e["data"]) for e in found["whole"]] == [
        ("message", '{"a": 1}'), ("error", "first\nsecond"), ("message", "é€😀"), ("message", "")]
    # Where an event ends in the bytes is where a stream can be read on from.
    raw = STREAM.encode()
    for event in found["whole"]:
        assert raw[:event["bytes"]].endswith((b"\n\n", b"\n\r\n"))


def test_branches_of_a_thread(page: Page) -> None:
    tree = [{"id": i, "parent": p, "created": c} for i, p, c in [
        ("q", None, 1), ("a1", "q", 2), ("a2", "q", 3), ("r1", "a1", 4), ("b1", "r1", 5), ("q2", None, 6)]]
    found = run(page, "chat/thread.js", """
        const ids = list => list.map(x => x.id);
        return [ids(m.path(a, 'b1')), ids(m.path(a, null)), ids(m.children(a, 'q')), ids(m.children(a, null)),
                m.youngestLeaf(a, 'a1'), m.youngestLeaf(a, 'q'), m.branch(a, 'a1'), ids(m.path(a, 'gone'))];""", tree)
    assert found == [["q", "a1", "r1", "b1"], [], ["a1", "a2"], ["q", "q2"], "b1", "a2", ["a1", "r1", "b1"], []]


def test_a_thread_that_bites_its_tail_ends(page: Page) -> None:
    loop = [{"id": "a", "parent": "b", "created": 1}, {"id": "b", "parent": "a", "created": 2}]
    assert run(page, "chat/thread.js", "return m.path(a, 'a').map(x => x.id)", loop) == ["b", "a"]
    assert run(page, "chat/thread.js", "return [m.youngestLeaf(a, 'a'), m.branch(a, 'a')]", loop) == ["b", ["a", "b"]]


def test_chunks_add_up_to_an_answer(page: Page) -> None:
    def chunk(delta: dict, **more) -> dict:
        return {"choices": [{"index": 0, "delta": delta, "finish_reason": more.pop("finish", None)}]} | more

    chunks = [
        chunk({"role": "assistant", "content": None}, prompt_progress={"total": 4, "processed": 2}),
        chunk({"reasoning_content": "Hm."}), chunk({"content": "Yes"}), chunk({"content": "."}),
        chunk({"tool_calls": [{"index": 0, "id": "x", "function": {"name": "f", "arguments": ""}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}),
        chunk({}, finish="stop", timings={"predicted_n": 3}), {"choices": [], "usage": {"total_tokens": 7}}]
    found = run(page, "chat/answer.js", """
        const message = {text: ''}, news = a.map(chunk => m.addChunk(message, chunk));
        return {message, news};""", chunks)
    assert found["news"] == [False, True, True, True, True, True, False, False]
    assert found["message"] == {
        "text": "Yes.", "reasoning": "Hm.", "calls": [{"id": "x", "name": "f", "arguments": "{}"}], "finish": "stop",
        "timings": {"predicted_n": 3}, "usage": {"total_tokens": 7}}


def test_a_request_says_what_is_set_and_no_more(page: Page) -> None:
    found = run(page, "chat/request.js", """
        const picture = {kind: 'image', name: 'p.png', type: 'image/png', blob: new Blob(['x'], {type: 'image/png'})};
        const sound = {kind: 'audio', name: 's.mp3', type: 'audio/mpeg', blob: new Blob(['y'])};
        const note = {kind: 'text', name: 'n.txt', text: 'note'};
        const user = attachments => [{role: 'user', text: 'What?', attachments}];
        const of = async (messages, options) => (await m.requestBody(messages, {model: 'm', ...options})).messages;
        return JSON.stringify([
          await m.requestBody(user(), {model: 'm',
            settings: {temperature: '0', top_k: '', stop: 'a\\n\\nb', enable_thinking: 'false', more: '{"x": 1}'}}),
          await of(user([picture, note]), {takes: ['text', 'image']}),
          await of(user([picture, note]), {takes: ['text']}),
          await of(user([sound]), {takes: ['audio']}),
        ]);""")
    body, with_picture, without, with_sound = json.loads(found)
    assert body["messages"] == [{"role": "user", "content": "What?"}]
    assert {k: v for k, v in body.items() if k not in ("messages", "stream", "stream_options", "timings_per_token", "return_progress")} == {
        "model": "m", "temperature": 0, "stop": ["a", "b"], "chat_template_kwargs": {"enable_thinking": False}, "x": 1}
    assert with_picture[0]["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,eA=="}},
        {"type": "text", "text": "File n.txt:\n\nnote"}, {"type": "text", "text": "What?"}]
    assert without[0]["content"] == "(image p.png, which this model can't take)\n\nFile n.txt:\n\nnote\n\nWhat?"
    assert with_sound[0]["content"][0] == {"type": "input_audio", "input_audio": {"data": "eQ==", "format": "mp3"}}


def test_votes_are_counted(page: Page) -> None:
    votes = [{"models": ["a", "b"], "winner": "b"}, {"models": ["a", "b"], "winner": None}, {"models": ["a", "c"], "winner": "a"}]
    assert run(page, "compare/votes.js", "return m.tally(a)", votes) == [
        {"model": "b", "better": 1, "alike": 1, "worse": 0}, {"model": "a", "better": 1, "alike": 1, "worse": 1},
        {"model": "c", "better": 0, "alike": 0, "worse": 1}]


def test_figures_are_for_people(page: Page) -> None:
    assert run(page, "core/format.js", """return [m.bytes(0), m.bytes(1023), m.bytes(1536), m.bytes(4.5 * 2 ** 30), m.bytes(NaN),
        m.duration(12.4), m.duration(999.6), m.duration(4200), m.duration(200000), m.duration(7500000), m.rate(42.13), m.rate(1234.5),
        m.percent(0.424), m.plural(1, 'token'), m.plural(2000, 'token')];""") == [
        "0 B", "1,023 B", "1.5 KiB", "4.5 GiB", "", "12 ms", "1,000 ms", "4.2 s", "3 min 20 s", "2 h 5 min", "42.1 tokens/s",
        "1,235 tokens/s", "42 %", "1 token", "2,000 tokens"]


def test_without_a_database_the_tab_remembers(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router())
    opened.page.add_init_script("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {value: undefined})")
    opened.page.reload()
    opened.page.get_by_text("chats are gone with the tab").wait_for()
    found = run(opened.page, "core/store.js", """
        await m.store.put('votes', {id: '1', x: 1}, {id: '2', x: 2});
        await m.store.delete('votes', '1');
        return [await m.store.all('votes'), await m.store.get('votes', '2'), await m.store.where('votes', 'x', 2), m.store.isLasting];""")
    assert found == [[{"id": "2", "x": 2}], {"id": "2", "x": 2}, [{"id": "2", "x": 2}], False]
