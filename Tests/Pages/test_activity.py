# SPDX-License-Identifier: MIT
"""The view of what the server does: requests as they run, and the last hour."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import Visit
from conftest import PIRATE, STORIES
from processes import eventually
from programs import Router

# Enough tokens that nobody sees the end of them.
ENDLESS = {"max_tokens": -1, "ignore_eos": True}


class Stream:
    """A streaming chat in a thread; `text` is all that came, whether or not the answer was complete."""

    def __init__(self, router: Router, model: str, **fields) -> None:
        self.text = ""
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Tell me a story"}]} | fields

        def run() -> None:
            # A cancelled answer breaks off, and so does that of a server that ends.
            with suppress(httpx.TransportError), router.http(headers={"User-Agent": "tester/1.0 (more)"}) as http:
                with http.stream("POST", "/v1/chat/completions", json=body) as answer:
                    for line in answer.iter_lines():
                        self.text += line + "\n"

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def end(self) -> str:
        """Waits for the end."""
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.text


@pytest.fixture
def stream() -> Iterator[Callable[..., Stream]]:
    """stream(router, MODEL, …) begins a chat; one that nobody ended is left to the router's end."""
    yield Stream


def table(page: Page, name: str) -> Locator:
    """A table by its caption."""
    return page.get_by_role("table", name=name)


def cancel_all(router: Router) -> None:
    """Ends all requests."""
    with router.http() as http:
        for request in http.get("/activity").json()["requests"]:
            http.delete(f"/activity/{request['id']}")


def test_a_request_is_seen_as_it_runs_and_cancelled(router: Callable[..., Router], visit: Callable[..., Visit],
                                                    stream: Callable[..., Stream]) -> None:
    program = router()
    opened = visit(program, "#/activity")
    page = opened.page
    expect(page).to_have_title("Activity · Enginehouse")
    expect(page.get_by_text("Nothing is running.")).to_be_visible()
    expect(page.get_by_text("No request has ended since the server began.")).to_be_visible()
    running = stream(program, PIRATE, **ENDLESS)
    row = table(page, "Requests that run").get_by_role("row", name=PIRATE)
    expect(row).to_contain_text("answering")
    expect(row).to_contain_text("127.0.0.1")
    expect(row).to_contain_text("tester/1.0")
    expect(row).to_contain_text("tokens/s")
    expect(page.get_by_role("status").filter(has_text="1 running")).to_be_visible()
    tokens = row.locator("[data-title=Tokens]")
    before = tokens.inner_text()
    expect(tokens).not_to_have_text(before)
    row.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing is running.")).to_be_visible()
    assert "cancelled by an operator" in running.end()
    ended = table(page, "Requests that ended").get_by_role("row", name=PIRATE)
    expect(ended).to_contain_text("cancelled")
    expect(ended).to_contain_text("/v1/chat/completions")


def test_one_that_waits_says_for_what(router: Callable[..., Router], visit: Callable[..., Visit],
                                      stream: Callable[..., Stream]) -> None:
    program = router("--models-max", "1", "--queue-fairness", "600")
    streams = [stream(program, PIRATE, **ENDLESS)]
    eventually(lambda: program.statuses()[PIRATE] == "loaded", "the model is loaded", 20)
    opened = visit(program, "#/activity")
    streams.append(stream(program, STORIES, max_tokens=4))
    waiting = table(opened.page, "Requests that run").get_by_role("row", name=STORIES)
    expect(waiting).to_contain_text("in the queue, number 1")
    expect(opened.page.get_by_role("status").filter(has_text="1 running · 1 waiting")).to_be_visible()
    opened.look("activity-queue")
    # On a busy machine it may be full, and over, just before.
    opened.expected.append("activity/1")
    table(opened.page, "Requests that run").get_by_role("row", name=PIRATE).get_by_role("button", name="Cancel").click()
    ended = table(opened.page, "Requests that ended").get_by_role("row", name=STORIES)
    expect(ended).to_contain_text("done")
    for each in streams:
        each.end()


def test_who_has_what_of_each_device(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--memory-budget", "host=512M")
    with program.http() as http:
        http.post("/tokenize", json={"model": STORIES, "content": "x"})
    opened = visit(program, "#/activity")
    memory = opened.page.get_by_role("region", name="Memory")
    expect(memory).to_contain_text("Main memory models may take 512 MiB of")
    bar = memory.get_by_role("img")
    expect(bar).to_have_attribute("aria-label", re.compile(r"^Main memory: models take [1-9][\d.]* MiB of 512 MiB$"))
    opened.look("activity-memory")
    # What a load of another one would mean.
    other = visit(program, f"#/models/{PIRATE}").page
    expect(other.get_by_text("fits beside what is loaded")).to_be_visible()


def test_what_failed_says_why(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    with program.http() as http:
        http.post("/v1/chat/completions", json={"model": "nobody", "messages": []})
        http.post("/v1/chat/completions", json={"model": PIRATE, "messages": 5})
    opened = visit(program, "#/activity")
    ended = table(opened.page, "Requests that ended")
    expect(ended.get_by_role("row", name="nobody")).to_contain_text("failed (400)")
    expect(ended.get_by_role("row", name="nobody")).to_contain_text("model 'nobody' not found")
    expect(ended.get_by_role("row", name=PIRATE)).to_contain_text("'messages' must be an array")


def test_many_requests_are_shown_in_part(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    with program.http() as http:
        for _ in range(25):
            http.post("/tokenize", json={"model": PIRATE, "content": "x"})
    opened = visit(program, "#/activity")
    rows = table(opened.page, "Requests that ended").locator("tbody tr")
    expect(rows).to_have_count(20)
    opened.page.get_by_role("button", name="Show all 25").click()
    expect(rows).to_have_count(25)
    # New ones come by themselves, the latest first.
    with program.http() as http:
        http.post("/tokenize", json={"model": STORIES, "content": "x"})
    expect(rows.first).to_contain_text(STORIES)


def test_the_last_hour_in_charts_and_tables(router: Callable[..., Router], visit: Callable[..., Visit],
                                            stream: Callable[..., Stream]) -> None:
    program = router("--models-max", "1")
    opened = visit(program, "#/activity")
    page = opened.page
    expect(page.get_by_role("img", name="Tokens/s in the last hour: nothing noted yet")).to_be_visible()
    for model in (PIRATE, STORIES):
        stream(program, model, max_tokens=30, ignore_eos=True).end()
    # A point is ten seconds long, and looked for as often.
    slow = {"timeout": 25_000}
    expect(page.get_by_role("img", name="Tokens/s")).to_have_attribute("aria-label", re.compile("60 tokens"), **slow)
    expect(page.get_by_role("img", name="Loads and evictions in the last hour: 2 loads, 1 eviction, 0 failures")).to_be_visible()
    expect(page.get_by_role("img", name="Memory in the last hour: models ")).to_be_visible()
    expect(page.get_by_role("img", name="Wait in the queue in the last hour: at most ")).to_be_visible()
    assert page.locator("rect.column").count() >= 2
    for part in page.get_by_text("As a table").all():
        part.click()
    loads = page.get_by_role("region", name="Loads and evictions, as a table")
    expect(loads).to_contain_text("evictions")
    figures = loads.locator("tbody tr").all()
    assert sum(int(figure.locator("td").first.inner_text()) for figure in figures) == 2
    models = table(page, "Models in the last hour")
    expect(models.get_by_role("row", name=PIRATE).get_by_role("cell").first).to_have_text("1")
    opened.check_access()
    plot = page.locator(".chart-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 40)
    expect(page.locator(".chart-said").first).to_contain_text(":")
    page.set_viewport_size({"width": 1280, "height": 2000})
    opened.look("activity-charts")
    models.get_by_role("link", name=PIRATE).click()
    expect(page).to_have_title(f"{PIRATE} · Enginehouse")


def test_behind_a_prefix_and_with_a_key(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--api-prefix", "/llm", "--api-key", "sk-right")
    opened = visit(program, "llm/#/activity")
    opened.expected.append("401")
    opened.page.get_by_role("textbox", name="API key").fill("sk-right")
    opened.page.get_by_role("button", name="Use this key").click()
    expect(opened.page.get_by_text("Nothing is running.")).to_be_visible()
    with program.http(headers={"Authorization": "Bearer sk-right"}) as http:
        http.post("/llm/tokenize", json={"model": PIRATE, "content": "x"})
    expect(table(opened.page, "Requests that ended").get_by_role("row", name=PIRATE)).to_contain_text("done")
    opened.page.goto(f"{opened.address}/llm/#/models/{PIRATE}")
    expect(opened.page.get_by_role("log")).to_contain_text("the model is loaded")


def test_a_page_that_is_not_seen_holds_no_connection(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router()
    opened = visit(program, "#/activity")
    page = opened.page
    expect(page.get_by_text("No request has ended")).to_be_visible()
    seen = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); " \
           "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(seen, True)
    with program.http() as http:
        http.post("/tokenize", json={"model": PIRATE, "content": "x"})
    page.wait_for_timeout(800)
    expect(table(page, "Requests that ended")).not_to_be_visible()
    page.evaluate(seen, False)
    expect(table(page, "Requests that ended").get_by_role("row", name=PIRATE)).to_contain_text("done")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360], ids=["desktop", "phone"])
def test_it_looks_right_and_is_accessible(router: Callable[..., Router], visit: Callable[..., Visit],
                                          stream: Callable[..., Stream], width: int, dark: bool) -> None:
    program = router()
    with program.http() as http:
        http.post("/v1/chat/completions", json={"model": "nobody", "messages": []})
    stream(program, STORIES, max_tokens=5).end()
    running = stream(program, PIRATE, **ENDLESS)
    opened = visit(program, "#/activity", width=width, dark=dark)
    expect(table(opened.page, "Requests that run").get_by_role("row", name=PIRATE)).to_contain_text("answering")
    opened.check_access()
    opened.look(f"activity-{'phone' if width < 500 else 'desktop'}-{'dark' if dark else 'light'}")
    cancel_all(program)
    running.end()


def test_from_points_to_what_is_drawn(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/activity")
    facts = opened.page.evaluate("""async () => {
        const { bins, byModel, niceEnd, reach, stretches } = await import(new URL("ui/activity/series.js", document.baseURI));
        const { program, speed } = await import(new URL("ui/activity/requests.js", document.baseURI));
        const point = (time, tokens) => ({ time, seconds: 10, tokens, models: { a: { requests: 1, tokens }, b: {} } });
        const points = [point(9000, 1), point(9010, 2), point(9100, 4)];
        const minutes = bins(points, [(p) => p.tokens], 9110);
        return {
          ends: [0, 1, 3, 7, 11, 99, 101].map((value) => niceEnd(value)).concat(niceEnd(3 * 1024 ** 3, true) / 1024 ** 3),
          minutes: [minutes.length, minutes.at(-1).values[0], minutes.at(-2).values[0], minutes.reduce((sum, bin) => sum + bin.count, 0)],
          // The server's clock may be a bit ahead.
          ahead: bins(points, [(p) => p.tokens], 9105).at(-1).values[0],
          stretches: stretches(points, (p) => p.tokens, 9110).map((stretch) => stretch.map(({ value }) => value)),
          last: stretches(points, (p) => p.tokens, 9110).at(-1).at(-1).x,
          reach: [reach([], 5), reach(points, 9110), reach(points, 10000), reach(points, 12000)],
          models: byModel(points).map(({ name, tokens }) => [name, tokens]),
          programs: [null, "curl/8.1", "OpenAI/Python 1.99",
            "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"].map(program),
          speed: speed({ stream: true, tokens: 20, first_byte_ms: 1000 }, 3),
        };
    }""")
    assert facts["ends"] == [1, 1, 4, 8, 20, 100, 200, 4]
    assert facts["minutes"] == [60, 4, 3, 3]
    assert facts["ahead"] == 4
    assert facts["stretches"] == [[1, 1, 2], [4, 4]]
    assert facts["last"] == 1
    assert facts["reach"] == [600, 600, 1800, 3600]
    assert facts["models"] == [["a", 7]]
    assert facts["programs"] == ["", "curl/8.1", "OpenAI/Python", "Chrome"]
    assert facts["speed"] == 10
