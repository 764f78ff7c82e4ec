# SPDX-License-Identifier: MIT
"""Bad requests to a worker, each answered with a sentence that helps; and its small routes."""

import json

import httpx
import pytest

from programs import Worker

# The context of `shared_worker`.
CONTEXT = 512


@pytest.fixture
def http(shared_worker: Worker):
    """A plain client; afterwards the worker still answers."""
    with shared_worker.http() as client:
        yield client
        assert client.get("/health").json() == {"status": "ok"}


def check_error(answer: httpx.Response, code: int, kind: str) -> dict:
    """The error's shape; returns it."""
    assert answer.status_code == code, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["type"] == kind
    assert len(error["message"]) > 5
    return error


LONG = "Once upon a time, there was a little girl. " * 100


@pytest.mark.parametrize("path, body", [
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": LONG}]}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": LONG}], "stream": True}),
    ("/v1/completions", {"prompt": LONG}),
    ("/completion", {"prompt": LONG}),
])
def test_a_prompt_longer_than_the_context(http: httpx.Client, path: str, body: dict) -> None:
    error = check_error(http.post(path, json=body), 400, "exceed_context_size_error")
    assert error["n_prompt_tokens"] > CONTEXT
    assert error["n_ctx"] == CONTEXT


HELLO = [{"role": "user", "content": "Hello!"}]


@pytest.mark.parametrize("wrong", [
    {"messages": "Hello!"},
    {"messages": [1]},
    {"messages": [{"role": "user", "content": 5}]},
    {"messages": None},
    {"messages": HELLO, "temperature": "hot"},
    {"messages": HELLO, "max_tokens": "many"},
    {"messages": HELLO, "max_tokens": -5},
    {"messages": HELLO, "top_k": {}},
    {"messages": HELLO, "stream": "yes"},
    {"messages": HELLO, "stop": 7},
    {"messages": HELLO, "seed": "seven"},
    {"messages": HELLO, "logit_bias": "all"},
    {"messages": HELLO, "top_logprobs": 3},
    {"messages": HELLO, "logprobs": True, "top_logprobs": -1},
], ids=json.dumps)
def test_a_wrong_field_of_a_chat(http: httpx.Client, wrong: dict) -> None:
    check_error(http.post("/v1/chat/completions", json=wrong), 400, "invalid_request_error")


@pytest.mark.parametrize("wrong", [
    {}, {"prompt": {}}, {"prompt": "x", "n_predict": -5}, {"prompt": "x", "n_probs": -1},
    {"prompt": "x", "n_predict": "all"}, {"prompt": [99_999_999], "n_predict": 1}, {"prompt": [-1], "n_predict": 1},
], ids=json.dumps)
def test_a_wrong_field_of_a_completion(http: httpx.Client, wrong: dict) -> None:
    check_error(http.post("/completion", json=wrong), 400, "invalid_request_error")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/completion", "/tokenize", "/detokenize",
                                  "/apply-template"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a": }', b"\xff", b"[" * 100_000], ids=lambda b: repr(b[:8]))
def test_malformed_json(http: httpx.Client, path: str, body: bytes) -> None:
    answer = http.post(path, content=body, headers={"Content-Type": "application/json"})
    check_error(answer, 400, "invalid_request_error")


@pytest.mark.parametrize("method, path", [("GET", "/nothing"), ("POST", "/v1/nothing"), ("DELETE", "/nothing")])
def test_an_unknown_route(http: httpx.Client, method: str, path: str) -> None:
    assert check_error(http.request(method, path), 404, "not_found_error")["message"] == "File Not Found"


@pytest.mark.parametrize("text", ["Once upon a time", "  two  spaces ", "Ünïcödé 🦊\nline", "", "<|im_end|>"])
def test_tokens_and_back(http: httpx.Client, text: str) -> None:
    tokens = http.post("/tokenize", json={"content": text}).json()["tokens"]
    assert all(isinstance(t, int) for t in tokens)
    if not text.startswith("<"):
        assert http.post("/detokenize", json={"tokens": tokens}).json()["content"] == text


def test_tokens_with_a_beginning_and_with_pieces(http: httpx.Client) -> None:
    plain = http.post("/tokenize", json={"content": "Hello"}).json()["tokens"]
    special = http.post("/tokenize", json={"content": "Hello", "add_special": True}).json()["tokens"]
    assert special == [1, *plain]
    pieces = http.post("/tokenize", json={"content": "Hello", "with_pieces": True}).json()["tokens"]
    assert [p["id"] for p in pieces] == plain
    assert "".join(p["piece"] for p in pieces) == "Hello"


def test_apply_template(http: httpx.Client) -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello!"}]
    prompt = http.post("/apply-template", json={"messages": messages}).json()["prompt"]
    assert prompt == ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello!<|im_end|>\n"
                      "<|im_start|>assistant\n")


def test_props_slots_and_models(http: httpx.Client) -> None:
    props = http.get("/props").json()
    assert props["total_slots"] == 1
    assert "<|im_start|>" in props["chat_template"]
    assert props["default_generation_settings"]["n_ctx"] == CONTEXT
    (slot,) = http.get("/slots").json()
    assert slot["is_processing"] is False and slot["n_ctx"] == CONTEXT
    (model,) = http.get("/v1/models").json()["data"]
    assert model["meta"]["n_vocab"] == 1024
    assert model["meta"]["n_ctx_train"] == 2048
