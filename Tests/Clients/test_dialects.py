# SPDX-License-Identifier: MIT
"""Responses and messages as agents send them: for strict templates, with tools of all kinds, cut off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import anthropic
import httpx
import pydantic
import pytest

from builds import REPOSITORY, STORIES
from programs import Worker

TEMPLATES = REPOSITORY / "Tests" / "Clients" / "templates"
WARNING = "warning"
FIND = {"type": "function", "name": "find", "parameters": {"type": "object", "properties": {}}}
WIKI = {"type": "namespace", "name": "mcp__wiki__", "description": "A wiki", "tools": [FIND]}
PATCH = {"type": "custom", "name": "apply_patch", "description": "Changes files"}
READ = {"name": "Read", "input_schema": {"type": "object", "properties": {}}}
USE = {"type": "tool_use", "id": "t1", "name": "Read", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "x"}
TEXT = {"type": "text", "text": "and?"}


class Colour(pydantic.BaseModel):
    """What a structured answer holds."""

    colour: Literal["blue"]


def started(binaries: Path, bundled: Path, template: str) -> Iterator[Worker]:
    program = Worker(binaries, bundled / f"{STORIES}.gguf", "-c", "2048", "--parallel", "1",
                     "--chat-template-file", str(TEMPLATES / f"{template}.jinja"))
    try:
        yield program.wait_until_ready()
    finally:
        program.stop()


@pytest.fixture(scope="module")
def strict(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """A model whose template takes one system message only, and knows tools and thoughts."""
    yield from started(binaries, bundled, "strict")


@pytest.fixture(scope="module")
def order(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """A model whose template takes a tool's result only behind its call."""
    yield from started(binaries, bundled, "order")


def post(program: Worker, path: str, body: dict) -> httpx.Response:
    with program.http() as http:
        return http.post(path, json=body)


def tokens(program: Worker, body: dict) -> int:
    answer = post(program, "/v1/responses/input_tokens", {"input": "Hello!"} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()["input_tokens"]


# Conversations.


@pytest.mark.parametrize("blocks", [[RESULT, TEXT], [TEXT, RESULT]])
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
def test_f03_a_result_beside_text(order: Worker, blocks: list, path: str) -> None:
    answer = post(order, path, {"model": "order", "max_tokens": 4, "messages": [
        {"role": "user", "content": "Hello!"}, {"role": "assistant", "content": [USE]},
        {"role": "user", "content": blocks}]})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/responses/input_tokens"])
def test_f03_results_of_responses(order: Worker, path: str) -> None:
    def call(name: str) -> dict:
        return {"type": "function_call", "call_id": name, "name": "Read", "arguments": "{}"}

    def result(name: str) -> dict:
        return {"type": "function_call_output", "call_id": name, "output": [{"type": "input_text", "text": "x"}]}

    thought = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I look."}]}
    for items in ([call("a"), call("b"), thought, result("a"), said, result("b")],
                  [call("a"), {"role": "user", "content": "quick"}, result("a")]):
        answer = post(order, path, {"max_output_tokens": 4, "input": [{"role": "user", "content": "q"}, *items]})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/responses/input_tokens"])
def test_f13_instructions_and_a_developer(strict: Worker, path: str) -> None:
    answer = post(strict, path, {
        "instructions": "Be brief.", "max_output_tokens": 4,
        "input": [{"role": "developer", "content": "Use metric units."}, {"role": "user", "content": "Hello!"}]})
    assert answer.status_code == 200, answer.text


def test_f13_a_developer_in_the_middle(strict: Worker) -> None:
    messages = [{"role": "user", "content": "Hello!"}, {"role": "developer", "content": "Use metric units."},
                {"role": "user", "content": "How far?"}]
    answer = post(strict, "/v1/responses", {"instructions": "Be brief.", "max_output_tokens": 4, "input": messages})
    assert answer.status_code == 200, answer.text
    prompt = post(strict, "/apply-template", {"messages": [{"role": "system", "content": "Be brief."}, *messages]})
    assert prompt.json()["prompt"].startswith("<|im_start|>system\nBe brief.\n\nUse metric units.<|im_end|>")


# Answers that are cut off.


def test_f11_a_response_that_is_cut_off(strict: Worker) -> None:
    with strict.openai() as client:
        whole = client.responses.create(model="m", input="Tell me a story.", max_output_tokens=4)
        events = list(client.responses.create(model="m", input="Tell me a story.", max_output_tokens=4, stream=True))
    for response in (whole, events[-1].response):
        assert (response.status, response.incomplete_details.reason) == ("incomplete", "max_output_tokens")
        assert response.output[-1].status == "incomplete"
    assert events[-1].type == "response.incomplete"
    assert [e.item.status for e in events if e.type == "response.output_item.done"] == ["incomplete"]


# Tools.


def test_f12_a_namespace_is_shown_to_the_model(strict: Worker) -> None:
    plain = tokens(strict, {})
    one = tokens(strict, {"tools": [FIND]})
    assert one > plain
    assert tokens(strict, {"tools": [WIKI]}) > one
    assert tokens(strict, {"tools": [PATCH]}) > plain
    chosen = tokens(strict, {"tools": [WIKI, PATCH], "tool_choice": {"type": "custom", "name": "apply_patch"}})
    assert chosen > plain


@pytest.mark.parametrize("kind", ["web_search", "file_search", "mcp", "shell", "code_interpreter", "image_generation"])
def test_c20_what_is_run_elsewhere_is_left_out_with_a_warning(strict: Worker, kind: str) -> None:
    body = {"input": "Hello!", "max_output_tokens": 2, "tools": [FIND, {"type": kind}]}
    for path in ("/v1/responses", "/v1/responses/input_tokens"):
        answer = post(strict, path, body)
        assert answer.status_code == 200 and kind in answer.headers[WARNING]
    stream = post(strict, "/v1/responses", body | {"stream": True})
    assert kind in stream.headers[WARNING]
    refused = post(strict, "/v1/responses", body | {"tool_choice": {"type": kind}})
    assert refused.status_code == 400 and "tool_choice.type" in refused.json()["error"]["message"]
    # In the log once.
    assert sum(f"'{kind}'" in line for line in strict.log) == 1


def test_c20_history_of_other_tools(strict: Worker) -> None:
    answer = post(strict, "/v1/responses", {"max_output_tokens": 2, "tools": [PATCH], "input": [
        {"role": "user", "content": "q"}, {"type": "web_search_call", "id": "w", "status": "completed"},
        {"type": "custom_tool_call", "call_id": "c", "name": "apply_patch", "input": "*** Begin"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "Done."}]})
    assert answer.status_code == 200, answer.text
    assert "web_search_call" in answer.headers[WARNING]


def test_c20_anthropics_own_tools(strict: Worker) -> None:
    def count(*tools: dict) -> int:
        answer = post(strict, "/v1/messages/count_tokens", {
            "messages": [{"role": "user", "content": "q"}], "tools": list(tools)})
        assert answer.status_code == 200, answer.text
        return answer.json()["input_tokens"]

    search = {"type": "web_search_20250305", "name": "web_search"}
    assert count(search) == count()
    assert count({"type": "bash_20250124", "name": "bash"}) > count(READ) > count()
    used = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    answer = post(strict, "/v1/messages", {"max_tokens": 2, "tools": [search], "messages": [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": [used, {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}]},
        {"role": "user", "content": "and?"}]})
    assert answer.status_code == 200, answer.text
    assert "web_search_20250305" in answer.headers[WARNING] and "server_tool_use" in answer.headers[WARNING]


# Other fields.


def test_c26_background(strict: Worker) -> None:
    answer = post(strict, "/v1/responses", {"input": "Hello!", "background": True})
    assert answer.status_code == 400 and "background" in answer.json()["error"]["message"]


def test_c14_probabilities_of_a_response(strict: Worker) -> None:
    include = ["message.output_text.logprobs"]
    with strict.openai() as client:
        assert client.responses.create(model="m", input="Hello!", top_logprobs=2, max_output_tokens=4).output
        whole = client.responses.create(model="m", input="Hello!", top_logprobs=2, include=include, max_output_tokens=4,
                                        temperature=0)
        events = list(client.responses.create(model="m", input="Hello!", top_logprobs=2, include=include, stream=True,
                                              max_output_tokens=4, temperature=0))
    part = whole.output[-1].content[0]
    assert "".join(p.token for p in part.logprobs).startswith(part.text.split("\n")[0])
    assert all(len(p.top_logprobs) == 2 and p.logprob <= 0 for p in part.logprobs)
    deltas = [p for e in events if e.type == "response.output_text.delta" for p in e.logprobs]
    done = next(e for e in events if e.type == "response.output_text.done")
    assert [p.token for p in deltas] == [p.token for p in done.logprobs] == [p.token for p in part.logprobs]


def test_c3_an_answer_that_follows_a_schema(strict: Worker) -> None:
    schema = {"type": "object", "properties": {"colour": {"enum": ["blue"]}}, "required": ["colour"],
              "additionalProperties": False}
    # Room for the widest answer: a schema lets some twenty blanks stand at each of its gaps. Thoughts have no end by themselves.
    asked = {"max_tokens": 300, "messages": [{"role": "user", "content": "A colour?"}], "thinking": {"type": "disabled"}}
    bare = {"type": "json_schema", "schema": schema}
    for more in ({"output_config": {"format": bare}}, {"output_format": bare}):
        answer = post(strict, "/v1/messages", asked | more).json()
        assert pydantic.TypeAdapter(Colour).validate_json(answer["content"][-1]["text"]) == Colour(colour="blue")
    with anthropic.Anthropic(base_url=strict.address, api_key="none", max_retries=0, timeout=60) as client:
        parsed = client.messages.parse(model="m", output_format=Colour, **asked)
        assert isinstance(parsed.parsed_output, Colour)


def test_null_is_not_given(strict: Worker) -> None:
    nothing = dict.fromkeys(["instructions", "tools", "tool_choice", "text", "reasoning", "include", "metadata",
                             "previous_response_id", "temperature", "top_p", "truncation", "store", "user", "prompt"])
    answer = post(strict, "/v1/responses", {"input": "Hello!", "max_output_tokens": 2} | nothing)
    assert answer.status_code == 200, answer.text
    nothing = dict.fromkeys(["system", "tools", "tool_choice", "thinking", "stop_sequences", "metadata",
                             "output_config", "temperature", "top_k", "container", "mcp_servers"])
    answer = post(strict, "/v1/messages", {"max_tokens": 2, "messages": [{"role": "user", "content": "q"}]} | nothing)
    assert answer.status_code == 200, answer.text
    assert WARNING not in answer.headers
