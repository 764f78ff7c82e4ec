# SPDX-License-Identifier: MIT
"""OpenAI's responses, as their official client sees them."""

import openai
import pydantic
import pytest

from conftest import STORIES

HELLO = "Hello!"
HELLO_BACK = "Hello! How can I help you today?"
STORY = "Tell me a story about a cat."
WEATHER = {
    "type": "function", "name": "get_weather", "description": "The weather of a city", "strict": True,
    "parameters": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris", "Rome"]}},
                   "required": ["city"]},
}


class City(pydantic.BaseModel):
    """What a structured answer holds."""

    name: str
    inhabitants: int


def test_response(client: openai.OpenAI) -> None:
    answer = client.responses.create(model=STORIES, input=HELLO, temperature=0)
    assert answer.id.startswith("resp_") and answer.object == "response" and answer.status == "completed"
    assert answer.model == STORIES
    assert answer.output_text == HELLO_BACK
    assert [item.type for item in answer.output] == ["message"]
    assert answer.output[0].id.startswith("msg_")
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


def test_a_conversation_and_instructions(client: openai.OpenAI) -> None:
    first = client.responses.create(model=STORIES, input=HELLO, temperature=0)
    second = client.responses.create(model=STORIES, temperature=0, instructions="You are a helpful assistant.", input=[
        {"role": "user", "content": HELLO}, *[item.model_dump() for item in first.output],
        {"role": "user", "content": [{"type": "input_text", "text": "What is 2 + 3?"}]}])
    assert second.usage.input_tokens > first.usage.input_tokens
    assert second.instructions == "You are a helpful assistant."


def test_cut_off(client: openai.OpenAI) -> None:
    answer = client.responses.create(model=STORIES, input=STORY, max_output_tokens=3, temperature=0)
    assert answer.usage.output_tokens == 3
    assert answer.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize(
    "figures", [{}, {"timings_per_token": True}, {"return_progress": True}], ids=lambda fields: ", ".join(fields) or "none")
def test_the_last_event_of_a_stream_that_is_cut_off(client: openai.OpenAI, figures: dict) -> None:
    """It is OpenAI's, or llama-server's where its figures are wanted."""
    *_, last = client.responses.create(model=STORIES, input=STORY, max_output_tokens=3, stream=True, extra_body=figures)
    assert last.type == ("response.completed" if figures else "response.incomplete")
    assert last.response.status == "incomplete" and last.response.incomplete_details.reason == "max_output_tokens"


def test_stream_is_the_same_response_in_pieces(client: openai.OpenAI) -> None:
    whole = client.responses.create(model=STORIES, input=STORY, temperature=0)
    events = list(client.responses.create(model=STORIES, input=STORY, temperature=0, stream=True))
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert [e.type for e in events[:4]] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]
    assert [e.type for e in events[-4:]] == [
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == whole.output_text
    last = events[-1].response
    assert last.output_text == whole.output_text
    assert last.usage.output_tokens == whole.usage.output_tokens
    assert {e.item_id for e in events if hasattr(e, "item_id")} == {last.output[0].id}


def test_the_clients_own_reader_of_streams(client: openai.OpenAI) -> None:
    with client.responses.stream(model=STORIES, input=STORY, temperature=0) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                text = event.snapshot
        final = stream.get_final_response()
    assert final.output_text == text and text


def test_functions_and_their_results_are_understood(client: openai.OpenAI) -> None:
    # The demo models know no tools, so that they answer with text.
    answer = client.responses.create(model=STORIES, temperature=0, tools=[WEATHER, {"type": "web_search"}], input=[
        {"role": "user", "content": "What is the weather in Rome?"},
        {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Rome"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "Sunny."}])
    assert [item.type for item in answer.output] == ["message"]


def test_structured_answers(client: openai.OpenAI) -> None:
    answer = client.responses.parse(model=STORIES, input="Name a city.", text_format=City, temperature=0)
    assert isinstance(answer.output_parsed, City)


def test_tokens_are_counted_before(client: openai.OpenAI) -> None:
    counted = client.responses.input_tokens.count(model=STORIES, input=STORY)
    assert counted.object == "response.input_tokens"
    answer = client.responses.create(model=STORIES, input=STORY, max_output_tokens=1)
    assert counted.input_tokens == answer.usage.input_tokens


@pytest.mark.parametrize("request_, name", [
    ({"input": "x", "previous_response_id": "resp_1"}, "previous_response_id"),
    ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type"),
    ({"input": "x", "top_p": 2}, "top_p"),
])
def test_errors_name_the_field(client: openai.OpenAI, request_: dict, name: str) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        client.responses.create(model=STORIES, **request_)
    assert name in error.value.message
