# SPDX-License-Identifier: MIT
"""What goes wrong: bad requests, killed workers, broken files, clients that leave."""

import json
import signal
import struct
from collections.abc import Callable
from pathlib import Path

import openai
import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import Router, Worker
from streaming import Stream, long_completion

HELLO = [{"role": "user", "content": "Hello!"}]


def test_unknown_model(shared_router: Router) -> None:
    with shared_router.openai() as client, pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model="nobody", messages=HELLO)
    assert raised.value.response.json() == {"error": {
        "code": 400, "message": "model 'nobody' not found", "type": "invalid_request_error"}}


@pytest.mark.parametrize("body", [{"messages": HELLO}, {"model": "", "messages": HELLO}])
def test_missing_model(shared_router: Router, body: dict) -> None:
    with shared_router.http() as http:
        answer = http.post("/v1/chat/completions", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "model name is missing from the request"
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("body", [
    b"", b"{", b'{"model": "' + STORIES.encode(), b"[1, 2]", b"\xff\xfe", b'{"model" "x"}'])
def test_bad_json(shared_router: Router, body: bytes) -> None:
    with shared_router.http() as http:
        answer = http.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert (error["code"], error["type"]) == (400, "invalid_request_error")
        assert http.get("/health").status_code == 200


def test_bad_json_behind_the_model(shared_router: Router) -> None:
    with shared_router.http() as http:
        answer = http.post("/v1/chat/completions", content=b'{"model": "%s", "messages": [}' % STORIES.encode())
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_route(shared_router: Router) -> None:
    with shared_router.http() as http:
        answer = http.get("/no/such/route")
    assert answer.status_code == 404
    assert answer.json()["error"] == {"code": 404, "message": "File Not Found", "type": "not_found_error"}


@pytest.mark.parametrize("path, code", [("/models/load", 404), ("/models/unload", 400)])
def test_managing_an_unknown_model(shared_router: Router, path: str, code: int) -> None:
    with shared_router.http() as http:
        answer = http.post(path, json={"model": "nobody"})
    assert answer.status_code == code
    assert answer.json()["error"]["message"] == "model is not found"


def test_worker_killed_in_the_middle_of_a_stream(router: Callable[..., Router]) -> None:
    program = router()
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        (victim,) = program.workers
        victim.kill(signal.SIGKILL)
        rest = stream.rest()
    error = json.loads(rest[-1])["error"]
    assert error["type"] == "server_error" and error["code"] == 500 and error["message"]
    assert "[DONE]" not in rest

    eventually(lambda: program.status(STORIES) == "unloaded", "unloaded")
    status = program.models()[STORIES]["status"]
    assert status["failed"] is True
    assert status["exit_code"] == 128 + signal.SIGKILL
    assert "signal 9" in json.dumps(status), "the list says how the worker ended"
    assert any("log" in key for key in status), "the list shows the worker's last lines"
    program.check_no_zombies()

    with program.openai() as client:
        answer = client.chat.completions.create(model=STORIES, messages=HELLO, temperature=0)
    assert answer.choices[0].message.content == "Hello! How can I help you today?"
    assert not program.models()[STORIES]["status"].get("failed")


def test_a_worker_that_hangs_is_found_out(router: Callable[..., Router]) -> None:
    program = router("--stall-timeout", "1")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        (hung,) = program.workers
        hung.stop()
        # What was underway still comes; then a second of silence, a probe without an answer, and the end.
        rest = stream.rest()
    error = json.loads(rest[-1])["error"]
    assert error["type"] == "server_error" and error["message"]
    eventually(lambda: not hung.is_alive and program.status(STORIES) == "unloaded", "the worker is gone, and the router knows")
    status = program.models()[STORIES]["status"]
    assert status["failed"] is True and status["reason"]
    with program.openai() as client:
        answer = client.chat.completions.create(model=STORIES, messages=HELLO, temperature=0, timeout=30)
    assert answer.choices[0].message.content == "Hello! How can I help you today?"
    assert program.workers != [hung]


def test_worker_killed_while_idle(router: Callable[..., Router]) -> None:
    program = router()
    with program.openai() as client:
        client.completions.create(model=TINY, prompt="Once", max_tokens=2)
        (victim,) = program.workers
        victim.kill(signal.SIGKILL)
        eventually(lambda: program.status(TINY) == "unloaded", "unloaded")
        client.completions.create(model=TINY, prompt="Once", max_tokens=2)
    assert program.workers != [victim]


def test_a_dying_worker_takes_no_other_with_it(router: Callable[..., Router]) -> None:
    program = router()
    with Stream(program.address, "/v1/completions", long_completion(TINY)) as other:
        assert other.next_data()
        (bystander,) = program.workers
        with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
            assert stream.next_data()
            (victim,) = set(program.workers) - {bystander}
            victim.kill(signal.SIGKILL)
            stream.rest()
        assert other.rest()[-1] == "[DONE]"


def header_with_a_huge_count(source: bytes) -> bytes:
    """A header that claims 2^60 keys. Bytes 16 to 24 hold the number of keys, after magic, version and tensors."""
    return source[:16] + struct.pack("<Q", 1 << 60) + source[24:4096]


@pytest.mark.parametrize("name, spoil", [
    ("empty", lambda source: b""),
    ("text", lambda source: b"this is no model\n" * 100),
    ("cut-in-the-header", lambda source: source[:1000]),
    ("cut-in-the-tensors", lambda source: source[:len(source) // 2]),
    ("huge", header_with_a_huge_count),
    ("version", lambda source: source[:4] + struct.pack("<I", 99) + source[8:]),
])
def test_a_broken_file_is_listed_with_its_reason(router: Callable[..., Router], models: Path, name: str,
                                                 spoil: Callable[[bytes], bytes]) -> None:
    (models / f"{name}.gguf").write_bytes(spoil((models / f"{TINY}.gguf").read_bytes()))
    program = router(models=models)
    status = program.models()[name]["status"]
    assert status["value"] == "unloaded"
    with program.openai() as client:
        with pytest.raises(openai.APIStatusError) as raised:
            client.completions.create(model=name, prompt="x", max_tokens=1)
        assert raised.value.response.json()["error"]["message"]
        client.completions.create(model=TINY, prompt="Once", max_tokens=2)
    reason = json.dumps(program.models()[name])
    assert any(word in reason for word in ("reason", "error")), "the list says why it cannot load"
    program.check_no_zombies()


def test_a_client_that_leaves_stops_its_slot(worker: Callable[..., Worker]) -> None:
    program = worker().wait_until_ready()

    def is_busy() -> bool:
        with program.http() as http:
            return any(slot["is_processing"] for slot in http.get("/slots").json())

    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        assert is_busy()
    eventually(lambda: not is_busy(), "all slots idle", 3)
    with program.http() as http:
        generated = http.post("/completion", json={"prompt": "Once", "n_predict": 3}).json()
    assert generated["tokens_predicted"] == 3


def test_a_client_that_leaves_the_router_frees_the_model(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
    with program.openai() as client:
        client.completions.create(model=TINY, prompt="Once", max_tokens=2, timeout=10)
    assert program.statuses()[STORIES] == "unloaded"
