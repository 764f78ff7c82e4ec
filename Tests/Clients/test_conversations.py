# SPDX-License-Identifier: MIT
"""Messages that are continued, thoughts of earlier turns, and fields as clients write them."""

from collections.abc import Callable

import pytest

from answers import ask, refusal
from programs import Router, Worker
from test_tools import HELLO, TEMPLATES

BEGUN = [*HELLO, {"role": "assistant", "content": "Hello! How"}]
STORIES = "stories-chat-Q8_0"


def test_only_what_is_new_of_a_message_that_is_continued(shared_router: Router) -> None:
    """F08: as a whole and as a stream."""
    assert ask(shared_router, model=STORIES, messages=BEGUN)[0] == {"content": " can I help you today?"}


def test_a_message_that_is_continued_with_its_beginning(shared_router: Router) -> None:
    """F08: where `echo` asks for it."""
    message = {"content": "Hello! How can I help you today?"}
    assert ask(shared_router, model=STORIES, messages=BEGUN, echo=True)[0] == message


def test_a_message_that_is_continued_in_anthropics_words(shared_router: Router) -> None:
    with shared_router.http() as http:
        body = {"model": STORIES, "messages": BEGUN, "max_tokens": 20, "temperature": 0}
        answer = http.post("/v1/messages", json=body).json()
    assert [block["text"] for block in answer["content"]] == [" can I help you today?"]


@pytest.mark.parametrize("role", ["system", "user", "tool", "assistant"])
def test_nothing_said_is_an_empty_text(shared_router: Router, role: str) -> None:
    """F09"""
    ask(shared_router, model=STORIES, messages=[*HELLO, {"role": role, "content": None}, *HELLO], max_tokens=1)


@pytest.mark.parametrize("fields", [
    {"seed": 1795781754123}, {"seed": -2}, {"seed": -2**63}, {"seed": 2**63 - 1}, {"max_tokens": 2, "top_k": 2**40},
    {"max_tokens": 2, "repeat_last_n": 2**53}, {"logprobs": False, "top_logprobs": 0},
    {"tools": None, "tool_choice": None, "response_format": None, "functions": None, "parallel_tool_calls": None}])
def test_numbers_and_nulls_that_clients_send(shared_router: Router, fields: dict) -> None:
    """F18, C26"""
    ask(shared_router, **({"model": STORIES, "messages": HELLO, "max_tokens": 3} | fields))


def test_a_large_seed_is_a_seed(shared_router: Router) -> None:
    def tell(seed: int) -> dict:
        return ask(shared_router, model=STORIES, messages=HELLO, temperature=1.5, seed=seed, max_tokens=30)[0]

    assert tell(1795781754123) == tell(1795781754123)


def test_a_limit_beyond_all_counting(shared_router: Router) -> None:
    assert ask(shared_router, model=STORIES, messages=HELLO, max_tokens=2**53)[1] == "stop"


def test_a_limit_that_is_none(shared_router: Router) -> None:
    assert "'max_tokens' must be between -1" in refusal(shared_router, model=STORIES, messages=HELLO, max_tokens=-2)


def prompt_of(worker: Worker, **fields) -> str:
    """What the template makes of a conversation with thoughts."""
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "reasoning_content": "THOUGHTS"},
                {"role": "user", "content": "c"}]
    with worker.http() as http:
        return http.post("/apply-template", json={"messages": messages} | fields).json()["prompt"]


def test_thoughts_of_earlier_turns(worker: Callable[..., Worker]) -> None:
    """They are shown to the model where the template can; an option or a request says otherwise."""
    template = ("--chat-template-file", str(TEMPLATES / "thinking.jinja"))
    shown, hidden = worker(*template), worker(*template, "--no-reasoning-preserve")
    shown.wait_until_ready(), hidden.wait_until_ready()
    assert "THOUGHTS" in prompt_of(shown)
    assert "THOUGHTS" not in prompt_of(shown, chat_template_kwargs={"preserve_reasoning": False})
    assert "THOUGHTS" not in prompt_of(hidden)
    assert "THOUGHTS" in prompt_of(hidden, chat_template_kwargs={"preserve_reasoning": True})


@pytest.mark.parametrize("template, thinks", [("strict.jinja", True), ("thinking.jinja", False)])
def test_who_thinks_by_itself(worker: Callable[..., Worker], template: str, thinks: bool) -> None:
    """Templates in which the engine finds where thoughts stand; with others, who asks for it."""
    server = worker("--chat-template-file", str(TEMPLATES / template)).wait_until_ready()
    none = "<think>\n\n</think>\n\n"
    assert prompt_of(server).endswith(none) is not thinks
    assert prompt_of(server, reasoning_effort="none").endswith(none)
    assert not prompt_of(server, enable_thinking=True).endswith(none)


def test_effort(worker: Callable[..., Worker], tmp_path) -> None:
    """How hard a model thinks, as the template calls it."""
    template = tmp_path / "effort.jinja"
    template.write_text("{{ messages[0].content }} {{ reasoning_effort or 'unsaid' }}")
    given = worker("--chat-template-file", str(template), "--reasoning-effort", "low")
    left = worker("--chat-template-file", str(template), "--reasoning-effort", "default")
    given.wait_until_ready(), left.wait_until_ready()
    assert prompt_of(given) == "a low" and prompt_of(given, reasoning_effort="high") == "a high"
    assert prompt_of(left) == "a unsaid"
