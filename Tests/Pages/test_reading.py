# SPDX-License-Identifier: MIT
"""Reading a long answer while it grows, and a chat that outgrows its model's context."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from browsing import Visit
from conftest import STORIES
from programs import Router
from talking import LONG, answers, configure, expect_loaded, new_chat, pick, say, see_words, wait_for_end

REST = "() => { const e = document.querySelector('.thread'); return e.scrollHeight - e.scrollTop - e.clientHeight; }"


def endless(router: Callable[..., Router], visit: Callable[..., Visit], **options) -> Page:
    """A page on which an answer grows that is longer than the window."""
    page = visit(router("--context-shift"), **options).page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, **LONG | {"max_tokens": 100_000})
    say(page)
    see_words(page)
    page.wait_for_function("() => { const e = document.querySelector('.thread'); return e.scrollHeight > e.clientHeight + 400; }")
    return page


def grows(page: Page) -> None:
    """Waits until the answer is longer by some lines."""
    before = page.evaluate("document.querySelector('.thread').scrollHeight")
    page.wait_for_function("before => document.querySelector('.thread').scrollHeight > before + 100", arg=before)


def test_the_smallest_turn_of_the_wheel_lets_go(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F8"""
    page = endless(router, visit)
    grows(page)
    assert page.evaluate(REST) < 2
    page.locator(".thread").hover()
    page.mouse.wheel(0, -15)
    expect(page.get_by_role("button", name="To the end")).to_be_visible()
    top = page.evaluate("document.querySelector('.thread').scrollTop")
    grows(page)
    # One turn moves by its pixels, and nothing takes it back.
    assert page.evaluate("document.querySelector('.thread').scrollTop") <= top
    page.get_by_role("button", name="To the end").click()
    expect(page.get_by_role("button", name="To the end")).to_be_hidden()
    grows(page)
    page.wait_for_function(f"() => ({REST})() < 2")
    # A key lets go, too, and the way down by oneself holds on again.
    page.locator(".thread").focus()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("button", name="To the end")).to_be_visible()
    page.get_by_role("button", name="Stop the answer").click()
    wait_for_end(page)
    page.locator(".thread").hover()
    page.mouse.wheel(0, 100_000)
    expect(page.get_by_role("button", name="To the end")).to_be_hidden()


def test_a_finger_lets_go(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = endless(router, visit, width=360, height=640, touch=True)
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 180, "y": 300}]})
    for y in (304, 310, 320):
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 180, "y": y}]})
    expect(page.get_by_role("button", name="To the end")).to_be_visible()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.get_by_role("button", name="Stop the answer").click()
    wait_for_end(page)


def test_a_chat_that_outgrows_the_context_goes_on(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F23"""
    opened = visit(router("-c", "256", "-np", "1"))
    opened.expected.append("status of 400")
    page = opened.page
    pick(page, STORIES)
    expect_loaded(page)
    configure(page, max_tokens=60, ignore_eos=True, seed=1)
    gauge = page.locator(".gauge")
    say(page, "Tell me a story about a cat who went to the sea.")
    wait_for_end(page)
    # A ring only, as long as there is room.
    expect(gauge.locator("[aria-hidden]")).to_have_count(1)
    say(page, "And then? Tell me what the cat did next.")
    wait_for_end(page)
    expect(gauge).to_contain_text("of 256 tokens of the context")
    # Warned before it is too late.
    said = 2
    while not answers(page).last.get_by_role("alert").count():
        said += 1
        assert said < 8
        say(page, "And then? Tell me what the cat did after that, and why.")
        wait_for_end(page)
        if not answers(page).last.get_by_role("alert").count():
            expect(gauge).to_have_class(re.compile("full"))
            opened.look("chat-gauge")
    notice = answers(page).last.get_by_role("alert")
    expect(notice).to_contain_text(re.compile(rf"This chat takes \d+ tokens, and {STORIES} has room for 256\."))
    # Nothing that one can't do here, and one way to go on.
    expect(notice).not_to_contain_text(re.compile(r"\s-c\b|--ctx-size"))
    expect(notice.get_by_role("button")).to_have_text(["Answer with the newest part"])
    expect(answers(page).last.get_by_role("button", name="Regenerate")).to_have_count(0)
    opened.look("chat-too-long")
    opened.check_access()
    with page.expect_request("**/v1/chat/completions") as request:
        notice.get_by_role("button").click()
    sent = request.value.post_data_json["messages"]
    assert 1 <= len(sent) < 2 * said - 1 and sent[0]["role"] == "user" and sent[-1]["content"].startswith("And then?")
    wait_for_end(page)
    expect(answers(page).last).to_contain_text("tokens/s")
    expect(answers(page).last).to_contain_text(re.compile(r"Without the oldest \d+ messages?"))
    # It stays so, without a question each time.
    for _ in range(3):
        say(page, "And then? Tell me what the cat did after that, and why.")
        wait_for_end(page)
        expect(answers(page).last).to_contain_text("tokens/s")
    expect(page.get_by_role("alert")).to_have_count(0)
    # A message that has no room by itself.
    new_chat(page)
    say(page, "cat " * 600)
    wait_for_end(page)
    answers(page).last.get_by_role("button", name="Answer with the newest part").click()
    expect(page.get_by_text("The last message alone has no room")).to_be_visible()


def test_the_part_that_fits(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    page = visit(router()).page
    found = page.evaluate("""async () => {
      const { contextUse, leftOut } = await import(new URL("ui/chat/context-use.js", location.href));
      const say = (role, length) => ({ role, text: "x".repeat(length) });
      const thread = [say("user", 84), say("assistant", 84), say("user", 84), say("assistant", 84), say("user", 84)];
      const facts = (promptTokens, contextSize) => ({ promptTokens, contextSize });
      const answer = { role: "assistant", model: "m", timings: { cache_n: 100, prompt_n: 50, predicted_n: 30 } };
      const model = size => ({ id: "m", details: { context_size: size } });
      return {
        // A message takes 100 tokens: three of them leave a quarter of 400, one leaves more than a quarter of 200.
        left: [leftOut(thread, facts(500, 400)), leftOut(thread, facts(500, 200)), leftOut(thread, facts(300, 200), 2),
          leftOut(thread, facts(100, 50), 4), leftOut(thread, facts(500, 50))],
        use: [contextUse([answer], model(200)), contextUse([answer], model(1000)), contextUse([answer], model(null)),
          contextUse([], model(200)), contextUse([answer], { id: "other", details: { context_size: 200 } })]
          .map(use => use && [use.used, use.isTold, use.isFull]),
      };
    }""")
    assert found["left"] == [2, 4, 4, -1, 4]
    assert found["use"] == [[180, True, True], [180, False, False], None, None, None]


def test_the_limit_that_ended_an_answer_is_named(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F36"""
    page = visit(router()).page
    configure(page, max_tokens=5, ignore_eos=True)
    say(page)
    wait_for_end(page)
    expect(answers(page)).to_contain_text("Stopped at your limit of 5 tokens")
