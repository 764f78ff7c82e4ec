# SPDX-License-Identifier: MIT
"""Schemas and grammars: what is asked for is followed or refused by name, and none of them costs others anything."""

import json
import re
import threading
import time

import httpx
import pytest

from programs import Worker

HELLO = [{"role": "user", "content": "Hello!"}]
BOMB = '("a"? "a"? "a"? "a"? "a"?){200} "b"'


def chat(http: httpx.Client, schema: object, **more: object) -> httpx.Response:
    """An answer that follows a schema, in OpenAI's place for it."""
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, **more}}
    return http.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 100, "seed": 1, "response_format": form})


def one(schema: object) -> dict:
    """An object with one property `a` of that schema."""
    return {"type": "object", "properties": {"a": schema}, "required": ["a"]}


def content(answer: httpx.Response) -> dict:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.json()["choices"][0]["message"]["content"])


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
    return answer.json()["error"]["message"]


def test_bounds_that_exclude_each_other(shared_worker: Worker) -> None:
    """F01: they made the worker eat all memory, as a schema of the answer and as a tool's."""
    wrong = one({"type": "string", "minLength": 5, "maxLength": 2})
    words = "properties.a.minLength' (5) is larger than 'maxLength' (2)"
    with shared_worker.http() as http:
        assert refusal(chat(http, wrong)) == f"'response_format.json_schema.schema.{words}"
        tool = {"type": "function", "function": {"name": "f", "parameters": wrong}}
        answer = http.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 1, "tools": [tool]})
        assert refusal(answer) == f"'tools[0].function.parameters.{words}"
        answer = http.post("/completion", json={"prompt": "Hi", "n_predict": 1, "json_schema": wrong})
        assert refusal(answer) == f"'json_schema.{words}"
        for schema in ({"type": "array", "items": {}, "minItems": 4, "maxItems": 2}, {"type": "integer", "minimum": 7, "maximum": 3},
                       {"type": "object", "minProperties": 3, "maxProperties": 1}):
            assert "response_format.json_schema.schema.properties.a" in refusal(chat(http, one(schema)))
        assert content(chat(http, one({"type": "boolean"})))["a"] in (True, False)


def test_sizes(shared_worker: Worker) -> None:
    """F01: what is large is refused in a moment, or is no trouble."""
    with shared_worker.http() as http:
        words = [f"word-{i}" for i in range(20_000)]
        assert content(chat(http, one({"enum": words})))["a"] in words
        assert "50000 values" in refusal(chat(http, one({"enum": list(range(60_000))})))
        assert "2000 at most" in refusal(chat(http, one({"type": "string", "minLength": 100_000})))
        assert "leads to itself" in refusal(chat(http, {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}))


@pytest.mark.parametrize("grammar", [f"root ::= {BOMB}", f'root ::= "x" {BOMB}', f'root ::= [a-z ]* "." {BOMB}'])
def test_grammars_that_allow_too_much(shared_worker: Worker, grammar: str) -> None:
    """D2: such a one held up everybody for ever."""
    with shared_worker.http() as http:
        answer = http.post("/completion", json={"prompt": "Once", "n_predict": 20, "grammar": grammar})
        assert "too many ways to go on" in refusal(answer)
        assert http.post("/completion", json={"prompt": "Once", "n_predict": 3}).status_code == 200


@pytest.mark.parametrize("grammar, words", [
    (r'root ::= "\UFFFFFFFF"', "U+FFFFFFFF is no character"),
    ("root ::= root \"a\" | \"b\"", "left-recursive"),
    ('root ::= "a"{5,2}', "at least 5 and at most 2"),
    ('root ::= "a\0b"', "NUL"),
    ("root ::= nothing", "uses the rule 'nothing'"),
    ("root ::= " + "(" * 100_000, "inside of each other"),
])
def test_grammars_that_are_none(shared_worker: Worker, grammar: str, words: str) -> None:
    """D19: one that can't be followed ends its own request only."""
    with shared_worker.http() as http:
        assert words in refusal(http.post("/completion", json={"prompt": "Once", "n_predict": 20, "grammar": grammar}))
        assert http.post("/completion", json={"prompt": "Once", "n_predict": 3}).status_code == 200


def test_patterns(shared_worker: Worker) -> None:
    """F17: what a pattern says is followed."""
    with shared_worker.http() as http:
        for pattern in [r"^\d{3}$", "[a-z]+", r"^\w+@\w+\.(com|org)$", r'^\u00e9[^a-z"]{2}$', "^(yes|no)$", r"^a\\b$"]:
            answer = chat(http, one({"type": "string", "pattern": pattern}))
            choice = answer.json()["choices"][0]
            if choice["finish_reason"] == "stop":
                value = content(answer)["a"]
                assert re.search(pattern, value), (pattern, value)
        for pattern in ["(?=x)x", r"\p{L}", "("]:
            words = refusal(chat(http, one({"type": "string", "pattern": pattern}), strict=True))
            assert words.startswith("'response_format.json_schema.schema.properties.a.pattern'")
            assert json.dumps(pattern) in words
            tool = {"type": "function", "function": {"name": "f", "parameters": one({"type": "string", "pattern": pattern})}}
            body = {"messages": HELLO, "max_tokens": 1, "tools": [tool]}
            if pattern != "(":
                assert http.post("/v1/chat/completions", json=body).status_code == 200


def test_numbers(shared_worker: Worker) -> None:
    """F17's kind: the engine alone passes over the bounds of numbers."""
    with shared_worker.http() as http:
        for seed in range(5):
            form = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": one(
                {"type": "number", "minimum": 0, "maximum": 1})}}
            body = {"messages": HELLO, "max_tokens": 300, "seed": seed, "temperature": 1.5, "response_format": form}
            assert 0 <= content(http.post("/v1/chat/completions", json=body))["a"] <= 1
        words = refusal(chat(http, one({"type": "integer", "multipleOf": 5}), strict=True))
        assert words.startswith("'response_format.json_schema.schema.properties.a.multipleOf' cannot be enforced")


def test_schemas_in_other_places(shared_worker: Worker) -> None:
    """F16: the schema is followed wherever it stands, and a format without one is refused."""
    schema = one({"enum": ["Oslo"]})
    with shared_worker.http() as http:
        for form in ({"type": "json_schema", "schema": schema}, {"type": "json_object", "schema": schema},
                     {"type": "json_schema", "json_schema": {"schema": schema}}, {"type": "json_schema", "json_schema": schema}):
            body = {"messages": HELLO, "max_tokens": 300, "response_format": form}
            assert content(http.post("/v1/chat/completions", json=body)) == {"a": "Oslo"}
        for form in ({"type": "json_schema"}, {"type": "json_schema", "json_schema": None},
                     {"type": "json_schema", "json_schema": {"name": "x"}}):
            answer = http.post("/v1/chat/completions", json={"messages": HELLO, "response_format": form})
            assert refusal(answer).startswith("'response_format.json_schema.schema' is missing")


def test_nul_is_a_character(shared_worker: Worker) -> None:
    """F02: it cut the prompt in silence."""
    messages = [{"role": "user", "content": "before\0after"}, {"role": "assistant", "content": "Hi"}, *HELLO]
    plain = [{"role": "user", "content": "before-after"}, *messages[1:]]
    with shared_worker.http() as http:
        prompt = http.post("/apply-template", json={"messages": messages}).json()["prompt"]
        assert prompt == http.post("/apply-template", json={"messages": plain}).json()["prompt"].replace("-after", "\0after")
        answer = http.post("/v1/chat/completions", json={"messages": messages, "max_tokens": 1})
        assert answer.json()["usage"]["prompt_tokens"] == len(http.post(
            "/tokenize", json={"content": prompt, "add_special": True}).json()["tokens"])
        for field, value in (("dry_sequence_breakers", ["a\0"]), ("reasoning_budget_message", "a\0")):
            assert field in refusal(http.post("/completion", json={"prompt": "Hi", field: value}))
        stopped = http.post("/completion", json={"prompt": "Hi", "n_predict": 4, "stop": ["\0"]})
        assert stopped.status_code == 200


def test_long_prompts_hold_up_nobody(shared_worker: Worker) -> None:
    """D20: while large requests are prepared, others begin."""
    with shared_worker.http() as http:
        large = json.dumps({"prompt": "once upon a time " * 1_500_000, "n_predict": 1})
        threads = [threading.Thread(target=lambda: http.post("/completion", content=large)) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        answer = http.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 1})
        assert answer.status_code == 200
        assert any(thread.is_alive() for thread in threads)
        for thread in threads:
            thread.join()
