# SPDX-License-Identifier: MIT
"""Anthropic's messages, as their official client sees them."""

from collections.abc import Iterator

import anthropic
import pytest

from conftest import STORIES
from programs import Router

# The newest clients don't know it any more.
GREEDY = {"temperature": 0}
HELLO = [{"role": "user", "content": "Hello!"}]
STORY = [{"role": "user", "content": "Tell me a story about a cat."}]
WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris", "Rome"]}},
                     "required": ["city"]},
}


@pytest.fixture(scope="module")
def claude(shared_router: Router) -> Iterator[anthropic.Anthropic]:
    """The official client of the shared router."""
    with anthropic.Anthropic(base_url=shared_router.address, api_key="none", max_retries=0, timeout=30) as client:
        yield client


def ask(client: anthropic.Anthropic, messages: list = HELLO, **more) -> anthropic.types.Message:
    return client.messages.create(
        **{"model": STORIES, "max_tokens": 100, "messages": messages, "extra_body": GREEDY} | more)


def test_message(claude: anthropic.Anthropic) -> None:
    answer = ask(claude)
    assert answer.id.startswith("msg_")
    assert (answer.type, answer.role, answer.model) == ("message", "assistant", STORIES)
    assert [block.type for block in answer.content] == ["text"]
    assert answer.content[0].text == "Hello! How can I help you today?"
    assert answer.stop_reason == "end_turn" and answer.stop_sequence is None
    assert answer.usage.output_tokens > 0


def test_usage_counts_cached_tokens_apart(claude: anthropic.Anthropic) -> None:
    counted = claude.messages.count_tokens(model=STORIES, messages=STORY).input_tokens
    for _ in range(2):
        usage = ask(claude, STORY, max_tokens=4).usage
        assert usage.input_tokens + usage.cache_read_input_tokens == counted
    assert usage.cache_read_input_tokens > 0


def test_system_in_both_shapes_counts(claude: anthropic.Anthropic) -> None:
    def count(**more) -> int:
        return claude.messages.count_tokens(model=STORIES, messages=HELLO, **more).input_tokens

    text = "You are a helpful assistant."
    assert count(system=text) == count(system=[{"type": "text", "text": text}])
    # The demo models' templates have a system prompt of their own, of another length.
    assert count(system=text * 5) > count(system=text)


def test_max_tokens_and_stop_sequences(claude: anthropic.Anthropic) -> None:
    assert ask(claude, STORY, max_tokens=3).stop_reason == "max_tokens"
    answer = ask(claude, HELLO, stop_sequences=["help"])
    assert (answer.stop_reason, answer.stop_sequence) == ("stop_sequence", "help")
    assert answer.content[0].text == "Hello! How can I "


def test_stream_is_the_same_message_in_pieces(claude: anthropic.Anthropic) -> None:
    whole = ask(claude, STORY)
    with claude.messages.stream(model=STORIES, max_tokens=100, messages=STORY, extra_body=GREEDY) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    assert final.content[0].text == whole.content[0].text
    assert final.stop_reason == whole.stop_reason
    assert final.usage.output_tokens == whole.usage.output_tokens
    assert final.usage.input_tokens + final.usage.cache_read_input_tokens > 0
    assert [kinds[0], kinds[1], kinds[-1]] == ["message_start", "content_block_start", "message_stop"]
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == 1


def test_tools_and_their_results_are_understood(claude: anthropic.Anthropic) -> None:
    question = [{"role": "user", "content": "What is the weather in Rome?"}]
    # The demo models know no tools, so that they answer with text.
    answer = ask(claude, question, tools=[WEATHER], tool_choice={"type": "auto"})
    assert answer.stop_reason == "end_turn"
    use = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Rome"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "Sunny."}]}
    then = ask(claude, [*question, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}],
               tools=[WEATHER], max_tokens=10)
    assert then.type == "message"


def test_errors_are_anthropics(claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as error:
        ask(claude, [{"role": "user", "content": [{"type": "document", "source": {}}]}])
    assert error.value.body["type"] == "error"
    assert error.value.body["error"]["type"] == "invalid_request_error"
    assert "messages[0].content" in error.value.body["error"]["message"]
    with pytest.raises(anthropic.BadRequestError) as error:
        ask(claude, [{"role": "user", "content": "word " * 20_000}])
    assert error.value.body["error"]["type"] == "invalid_request_error"
    # No such model: the router's own error, in the same shape.
    with pytest.raises(anthropic.APIStatusError) as error:
        ask(claude, model="nobody")
    assert error.value.body["type"] == "error"
