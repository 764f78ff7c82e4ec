# SPDX-License-Identifier: MIT
"""Tools, schemas and strict templates: what was asked for is enforced or refused, and never left out in silence."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers import ask, refusal
from builds import STORIES
from programs import Worker

TEMPLATES = Path(__file__).parent / "templates"
HELLO = [{"role": "user", "content": "Hello!"}]
LOOK = {"type": "function", "function": {"name": "look", "description": None, "strict": None, "parameters": None}}
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"enum": ["Oslo"]}}, "required": ["city"], "additionalProperties": False}}}
COLOR = {"type": "object", "properties": {"color": {"enum": ["blue"]}}, "required": ["color"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "color", "schema": COLOR}}


def past(arguments: object = "{}", **call) -> list[dict]:
    """A conversation in which a tool was called and gave nothing."""
    function = {"name": "look", "arguments": arguments}
    called = {"id": "c1", "type": "function", "function": function} | call
    return [*HELLO, {"role": "assistant", "content": None, "tool_calls": [called]},
            {"role": "tool", "tool_call_id": "c1", "content": None}]


def started(binaries: Path, bundled: Path, template: str | None) -> Iterator[Worker]:
    """A worker with a template of the tests, or the model's."""
    options = ["--chat-template-file", str(TEMPLATES / template)] if template else []
    worker = Worker(binaries, bundled / f"{STORIES}.gguf", *options)
    try:
        yield worker.wait_until_ready()
    finally:
        worker.stop()


@pytest.fixture(scope="module")
def strict(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """Calls in <tool_call>, and one system message, at the beginning, or none."""
    yield from started(binaries, bundled, "strict.jinja")


@pytest.fixture(scope="module")
def order(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """Results right behind their calls."""
    yield from started(binaries, bundled, "order.jinja")


@pytest.fixture(scope="module")
def recipients(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """Every text has a mark in front of it, which this model doesn't write by itself."""
    yield from started(binaries, bundled, "recipients.jinja")


@pytest.fixture(scope="module")
def tagged(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """Arguments of calls stand between tags, texts without quotes."""
    yield from started(binaries, bundled, "tagged.jinja")


@pytest.fixture(scope="module")
def plain(binaries: Path, bundled: Path) -> Iterator[Worker]:
    """The model's own template, which has no tools."""
    yield from started(binaries, bundled, None)


# --- a call that must be made --------------------------------------------------------------------------------------

@pytest.mark.parametrize("choice", ["required", "any", {"type": "function", "function": {"name": "get_weather"}},
                                    {"type": "allowed_tools", "allowed_tools": {
                                        "mode": "required",
                                        "tools": [{"type": "function", "function": {"name": "get_weather"}}]}}])
@pytest.mark.parametrize("format", ["auto", "none"])
def test_a_call_that_is_asked_for_is_made(strict: Worker, choice: object, format: str) -> None:
    """F15, C11, C20: the answer begins with the call."""
    tools = [WEATHER] if isinstance(choice, str) else [LOOK, WEATHER]
    message, reason = ask(strict, messages=HELLO, tools=tools, tool_choice=choice, max_tokens=400,
                          parallel_tool_calls=False, reasoning_format=format)
    assert [call["name"] for call in message["calls"]] == ["get_weather"]
    assert "content" not in message
    if reason == "tool_calls":
        assert json.loads(message["calls"][0]["arguments"]) == {"city": "Oslo"}


def test_marks_do_not_keep_a_call_from_being_made(recipients: Worker) -> None:
    message, _ = ask(recipients, messages=HELLO, tools=[WEATHER], tool_choice="required", max_tokens=60)
    assert message["calls"][0]["name"] == "get_weather" and "content" not in message


def test_functions_of_the_old_kind(strict: Worker) -> None:
    """C20: they are called, and the call comes back in their words."""
    message, _ = ask(strict, messages=HELLO, functions=[WEATHER["function"]], function_call={"name": "get_weather"},
                     max_tokens=400)
    assert message["function_call"]["name"] == "get_weather" and "calls" not in message


def test_a_template_without_tools(plain: Worker) -> None:
    """F14: a call can't be had, and whoever leaves it open is told."""
    for choice in ("required", {"type": "function", "function": {"name": "look"}}):
        assert "no form for calls" in refusal(plain, messages=HELLO, tools=[LOOK], tool_choice=choice)
    with plain.http() as http:
        answer = http.post("/v1/chat/completions", json={"messages": HELLO, "tools": [LOOK], "max_tokens": 2})
    assert answer.status_code == 200 and "no form for calls" in answer.headers["warning"]


@pytest.mark.parametrize("fields, words", [
    ({"tools": [{"type": "web_search"}]}, "'tools[0].type'"),
    ({"tools": [LOOK], "tool_choice": {"type": "function", "function": {"name": "nobody"}}}, "'nobody'"),
    ({"tool_choice": "required"}, "no 'tools'"), ({"messages": []}, "'messages' is empty")])
def test_what_cannot_be_had_is_refused(strict: Worker, fields: dict, words: str) -> None:
    assert words in refusal(strict, **({"messages": HELLO} | fields))


def strict_look(schema: dict, **more) -> dict:
    """A function that is to be called strictly, with one argument of that schema."""
    parameters = {"type": "object", "properties": {"q": schema}, "required": ["q"], "additionalProperties": False}
    return {"type": "function", "function": {"name": "look", "strict": True, "parameters": parameters} | more}


@pytest.mark.parametrize("schema, binds, in_tags", [
    ({"type": "string"}, True, True), ({"type": "integer", "minimum": 5, "maximum": 6}, True, True), ({"enum": ["a", "b"]}, True, False),
    ({"type": "string", "maxLength": 3}, True, False), ({"type": "string", "pattern": r"^\d{3}$"}, False, False)])
def test_a_strict_function_that_calls_may_not_follow(strict: Worker, tagged: Worker, schema: dict, binds: bool, in_tags: bool) -> None:
    """What a call's grammar holds it to depends on the template; what isn't held to is told, in each dialect."""
    for worker, follows in ((strict, binds), (tagged, in_tags)):
        tool = strict_look(schema)
        inner = tool["function"]
        bodies = {
            "/v1/chat/completions": {"messages": HELLO, "tools": [tool]},
            "/v1/responses": {"input": "Hello!", "tools": [{"type": "function", **inner}]},
            "/v1/messages": {"messages": HELLO, "tools": [{"name": "look", "strict": True, "input_schema": inner["parameters"]}]}}
        with worker.http() as http:
            for path, body in bodies.items():
                limit = "max_output_tokens" if "responses" in path else "max_tokens"
                answer = http.post(path, json=body | {limit: 1})
                assert answer.status_code == 200, answer.text
                assert ("'parameters.properties.q." in answer.headers.get("warning", "")) is not follows, path
            for quiet in ({"tools": [strict_look(schema, strict=False)]}, {"tools": [tool], "tool_choice": "none"}):
                answer = http.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 1} | quiet)
                assert answer.status_code == 200 and "warning" not in answer.headers


# --- schemas -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("format", [
    FORMAT, {"type": "json_object", "schema": COLOR}, {"type": "json", "value": COLOR}])
def test_an_answer_by_a_schema_is_json(plain: Worker, format: dict) -> None:
    """C1, C26: without a fence around it."""
    message, reason = ask(plain, messages=HELLO, response_format=format, max_tokens=200)
    assert json.loads(message["content"]) == {"color": "blue"} and message["content"].startswith("{")
    assert reason == "stop"


def test_a_schema_for_a_template_whose_parser_knows_none(recipients: Worker) -> None:
    message, _ = ask(recipients, messages=HELLO, response_format=FORMAT, max_tokens=200)
    assert json.loads(message["content"]) == {"color": "blue"}


@pytest.mark.parametrize("choice", ["auto", "none"])
def test_a_schema_binds_the_text_beside_tools(strict: Worker, choice: str) -> None:
    """C4: the model may call, or give an answer by the schema; nothing else."""
    message, _ = ask(strict, messages=HELLO, tools=[LOOK], tool_choice=choice, response_format=FORMAT, max_tokens=300)
    if "calls" not in message:
        assert json.loads(message["content"]) == {"color": "blue"}
    assert choice == "auto" or "calls" not in message


def test_a_call_beside_a_schema(strict: Worker) -> None:
    """C4: what must be called wins."""
    message, _ = ask(strict, messages=HELLO, tools=[WEATHER], tool_choice="required", response_format=FORMAT,
                     max_tokens=60)
    assert message["calls"][0]["name"] == "get_weather"


@pytest.mark.parametrize("fields, texts", [
    ({"guided_choice": ["red", "green"]}, {"red", "green"}), ({"regex": "(ab|cd){2}"}, {"abab", "abcd", "cdab", "cdcd"}),
    ({"structured_outputs": {"grammar": 'root ::= "x" "y"'}}, {"xy"}), ({"ebnf": 'root ::= "x" "y"'}, {"xy"})])
def test_structured_answers_in_words_of_other_servers(plain: Worker, fields: dict, texts: set[str]) -> None:
    """C21"""
    assert ask(plain, messages=HELLO, **fields)[0]["content"] in texts
    with plain.http() as http:
        answer = http.post("/v1/completions", json={"prompt": "Once", "max_tokens": 20, **fields}).json()
    assert answer["choices"][0]["text"] in texts


@pytest.mark.parametrize("fields", [
    {"response_format": FORMAT}, {"response_format": {"type": "json_schema", "schema": COLOR}}, {"json_schema": COLOR},
    {"guided_json": COLOR}, {"structured_outputs": {"json": COLOR}}, {"response_format": {"type": "json", "value": COLOR}}])
def test_a_completion_by_a_schema_is_json(plain: Worker, fields: dict) -> None:
    """C21: a completion follows a schema in all the words that a chat has for it."""
    with plain.http() as http:
        for path, limit, read in (("/v1/completions", "max_tokens", lambda answer: answer["choices"][0]["text"]),
                                  ("/completion", "n_predict", lambda answer: answer["content"])):
            body = {"prompt": "Once", limit: 300, **fields}
            assert json.loads(read(http.post(path, json=body).json())) == {"color": "blue"}
            answer = http.post(path, json=body | {"grammar": 'root ::= "x"'})
            assert answer.status_code == 400 and "cannot be used" in answer.json()["error"]["message"]
        answer = http.post("/v1/completions", json={"prompt": "Once", "response_format": {"type": "json_schema"}})
        assert answer.status_code == 400 and "'response_format.json_schema.schema' is missing" in answer.json()["error"]["message"]


# --- what the parser can't read ------------------------------------------------------------------------------------

@pytest.mark.parametrize("tools", [[], [LOOK]])
@pytest.mark.parametrize("limit", [1, 3, 40])
def test_a_text_without_its_mark_is_the_content(recipients: Worker, tools: list, limit: int) -> None:
    """C5: no error, nothing lost, nothing twice, whether it ends by itself or is cut off."""
    with recipients.http() as http:
        body = {"messages": HELLO, "tools": tools}
        prompt = http.post("/apply-template", json=body).json()["prompt"]
        text = http.post("/completion", json={"prompt": prompt, "n_predict": limit, "temperature": 0}).json()["content"]
    message, _ = ask(recipients, messages=HELLO, tools=tools, max_tokens=limit)
    assert message.get("content", "") == text


# --- conversations -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("messages", [
    past(), past(""), past(None), past("{"), past('"x"'), past({"a": 1}), past(id=None), past(type=None)])
def test_past_calls_are_accepted(strict: Worker, order: Worker, messages: list[dict]) -> None:
    """F09, F10: what this server may have said, and what clients leave out."""
    for worker in (strict, order):
        ask(worker, messages=messages, tools=[LOOK], max_tokens=2)


def test_errors_name_the_message(strict: Worker) -> None:
    """F10"""
    for call, words in (({"type": "custom"}, "'messages[1].tool_calls[0].type'"),
                        ({"function": None}, "'messages[1].tool_calls[0].function'"),
                        ({"id": 7}, "'messages[1].tool_calls[0].id'")):
        assert words in refusal(strict, messages=past(**call))


def test_instructions_at_the_beginning_are_one(strict: Worker) -> None:
    """F13: of whatever roles, whatever the template."""
    with strict.http() as http:
        prompt = http.post("/apply-template", json={"messages": [
            {"role": "system", "content": "Be brief."}, {"role": "developer", "content": "Use metric units."},
            *HELLO]}).json()["prompt"]
    assert "<|im_start|>system\nBe brief.\n\nUse metric units.<|im_end|>" in prompt


def test_results_stand_behind_their_calls(order: Worker) -> None:
    """F03: what was said in between comes after them."""
    call, result = past()[1:]
    ask(order, messages=[*HELLO, call, {"role": "user", "content": "and?"}, result], max_tokens=2)


def test_why_a_template_refuses(order: Worker) -> None:
    """Its own words, and not its source."""
    words = refusal(order, messages=[*HELLO, {"role": "tool", "tool_call_id": "none", "content": "x"}])
    assert words.endswith("A tool message must follow an assistant or a tool message, not user") and "\n" not in words
