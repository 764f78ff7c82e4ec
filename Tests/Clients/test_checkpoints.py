# SPDX-License-Identifier: MIT
"""Conversations with models whose memory can't be cut anywhere: a checkpoint to go back to saves most of the prompt."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import REPOSITORY
from programs import Worker

MODELS = REPOSITORY / "Tests" / "Conformance" / "models"
THINKING = REPOSITORY / "Tests" / "Clients" / "templates" / "thinking.jinja"
SYSTEM = {"role": "system", "content": "You are a helper. " * 120}  # some 850 tokens
# Tokens that may be computed again beside what is new.
SLACK = 64

Message = dict[str, str]


def user(text: str) -> Message:
    return {"role": "user", "content": text}


class Talk:
    """A worker on one of the models, with a template that drops thoughts from all answers but the last."""

    def __init__(self, worker: Callable[..., Worker], model: str, *arguments: str) -> None:
        self.program = worker("-c", "8192", "-t", "1", "--chat-template-file", str(THINKING), *arguments,
                              model=MODELS / f"{model}.gguf").wait_until_ready()

    def ask(self, messages: list[Message], **fields) -> tuple[int, int, Message]:
        """Tokens of the prompt, how many of them were computed, and the answer as a client sends it back."""
        body = {"messages": messages, "max_tokens": 60, "temperature": 0, "ignore_eos": True} | fields
        with self.program.http() as http:
            answer = http.post("/v1/chat/completions", json=body)
        assert answer.status_code == 200, answer.text
        timings = answer.json()["timings"]
        content = answer.json()["choices"][0]["message"]["content"] or "ok then"
        return timings["cache_n"] + timings["prompt_n"], timings["prompt_n"], {"role": "assistant", "content": content}

    def four_turns(self, **fields) -> list[Message]:
        """A conversation of which each turn but the first is to compute little more than what is new in it."""
        messages, before = [SYSTEM], 0
        for turn in range(4):
            messages.append(user(f"Tell me about number {turn}. " * 12))
            total, computed, answer = self.ask(messages, **fields)
            assert computed <= total - before + SLACK, f"turn {turn}: {computed} of {total} tokens, {before} before"
            before = total
            messages.append(answer)
        return messages


@pytest.fixture(params=["qwen35", "lfm2", "mamba", "gemma3"])
def model(request: pytest.FixtureRequest) -> str:
    """One of each memory: two hybrids, a recurrent one, one with windows."""
    return request.param


def test_a_turn_computes_what_is_new_in_it(worker: Callable[..., Worker], model: str) -> None:
    talk = Talk(worker, model)
    messages = talk.four_turns()
    assert talk.ask(messages[:-1])[1] <= 8  # another answer to the same
    assert talk.ask([*messages[:3], user("Another question now. " * 12)])[1] <= 230  # the second message edited
    assert talk.ask([SYSTEM, user("Completely new chat please. " * 20)])[1] <= 320  # a new chat


def test_the_beginning_of_an_answer_costs_nothing(worker: Callable[..., Worker], model: str) -> None:
    """Without thoughts the prompt ends in an empty one, some twenty tokens here, that the next turn doesn't show."""
    talk, fields = Talk(worker, model), {"chat_template_kwargs": {"enable_thinking": False}}
    messages = talk.four_turns(**fields)
    assert talk.ask(messages[:-1], **fields)[1] <= 8


def test_answers_are_those_without_a_cache(worker: Callable[..., Worker], model: str) -> None:
    talk = Talk(worker, model, "-fa", "off", "-ctk", "f32", "-ctv", "f32")
    messages = talk.four_turns()
    for asked in (messages[:-1], [*messages[:3], user("Another question now. " * 12)]):
        assert talk.ask(asked)[2] == talk.ask(asked, cache_prompt=False)[2]


def test_choices_share_their_prompt(worker: Callable[..., Worker], model: str) -> None:
    """One computes it, the others begin with what that one has."""
    talk = Talk(worker, model, "-np", "4", "-kvu", "--metrics")
    total, _, _ = talk.ask([SYSTEM, user("Tell me a story.")], n=4, max_tokens=4)
    with talk.program.http() as http:
        lines = http.get("/metrics").text.splitlines()
    computed = next(line for line in lines if line.startswith("llamacpp:prompt_tokens_total "))
    assert float(computed.split()[1]) <= total + 3 * SLACK


def test_a_conversation_comes_back_from_main_memory(worker: Callable[..., Worker], model: str) -> None:
    """What left its slot for another conversation goes on from its checkpoints all the same."""
    talk = Talk(worker, model, "-np", "1", "--cache-ram", "256")
    messages = talk.four_turns()
    talk.ask([user("Something else altogether. " * 40)])
    before = talk.ask(messages[:-1])[0]
    talk.ask([user("Something else altogether. " * 41)])
    total, computed, _ = talk.ask([*messages, user("And what now? " * 12)])
    assert computed <= total - before + SLACK


def test_a_conversation_outlives_its_worker(worker: Callable[..., Worker], model: str, tmp_path: Path) -> None:
    """It comes back with its checkpoints, and the answers are those without a cache."""
    exact = ("-fa", "off", "-ctk", "f32", "-ctv", "f32", "--cache-disk", f"500,{tmp_path}")
    first = Talk(worker, model, *exact)
    messages = first.four_turns()
    before = first.ask(messages[:-1])[0]
    first.program.process.stdin.write(b'{"command":"stop"}\n')
    first.program.process.stdin.flush()
    first.program.process.wait(timeout=20)
    second = Talk(worker, model, *exact)
    longer = [*messages, user("And what now? " * 12)]
    total, computed, answer = second.ask(longer)
    assert computed <= total - before + SLACK
    assert answer == second.ask(longer, cache_prompt=False)[2]


def test_without_checkpoints_all_is_computed_again(worker: Callable[..., Worker]) -> None:
    talk = Talk(worker, "qwen35", "--ctx-checkpoints", "0")
    messages = [SYSTEM, user("Tell me about number 1. " * 12)]
    _, _, answer = talk.ask(messages)
    total, computed, _ = talk.ask([*messages, answer, user("And number 2? " * 12)])
    assert computed == total
