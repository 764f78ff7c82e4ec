# SPDX-License-Identifier: MIT
"""Clients that lose their connection and come back for their streams."""

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import Router
from streaming import END_TOKENS, Stream, long_completion


def chat(model: str = STORIES, tokens: int = 40) -> dict:
    """A short chat whose stream is the same each time but for ids and times."""
    return {"model": model, "stream": True, "max_tokens": tokens, "temperature": 0, "ignore_eos": True,
            "logit_bias": {str(t): -100 for t in END_TOKENS}, "messages": [{"role": "user", "content": "Hello!"}]}


def resume(program: Router, conversation: str, start: int = 0) -> httpx.Response:
    """The whole of what GET /v1/stream has to say."""
    with program.http() as http:
        return http.get("/v1/stream", params={"conv_id": conversation, "from": start})


def stop(program: Router, conversation: str) -> int:
    """Asks for a stream's end; the status of the answer."""
    with program.http() as http:
        return http.delete("/v1/stream", params={"conv_id": conversation}).status_code


def look_up(program: Router, *conversations: str) -> dict[str, dict]:
    """The router's entries for these conversations, by id."""
    with program.http() as http:
        found = http.post("/v1/streams/lookup", json={"conversation_ids": conversations}).json()
    return {entry["conversation_id"]: entry for entry in found}


def is_done(program: Router, conversation: str) -> bool:
    """Whether a conversation's stream has ended."""
    return look_up(program, conversation).get(conversation, {}).get("is_done", False)


def begin(program: Router, conversation: str, body: dict, path: str = "/v1/completions") -> Stream:
    """A stream with a conversation's id."""
    return Stream(program.address, path, body, {"X-Conversation-Id": conversation})


def texts(data: bytes) -> list[str]:
    """What a chat stream's events add to the answer."""
    events = [line[6:] for line in data.decode().splitlines() if line.startswith("data: {")]
    return [choice["delta"].get("content") or "" for event in events for choice in json.loads(event)["choices"]]


@pytest.mark.parametrize("model", [STORIES, TINY])
def test_a_replay_is_what_an_attentive_client_got(shared_router: Router, model: str) -> None:
    conversation = f"attentive::{model}"
    with shared_router.http() as http:
        answer = http.post("/v1/chat/completions", json=chat(model), headers={"X-Conversation-Id": conversation})
    assert answer.content.endswith(b"data: [DONE]\n\n")
    replay = resume(shared_router, conversation)
    assert replay.headers["content-type"] == "text/event-stream"
    assert replay.headers["x-accel-buffering"] == "no"
    assert replay.content == answer.content
    for start in (1, 100, len(answer.content) - 1, len(answer.content), len(answer.content) + 5):
        assert resume(shared_router, conversation, start).content == answer.content[start:]
    entry = look_up(shared_router, "attentive")[conversation]
    assert entry["is_done"] is True and entry["total_bytes"] == len(answer.content)
    assert abs(entry["completed_at"] - time.time()) < 60 and entry["started_at"] <= entry["completed_at"]


def test_a_lost_connection_costs_nothing(router: Callable[..., Router]) -> None:
    program = router()
    body = long_completion(STORIES, tokens=300)
    with begin(program, "lost", body) as stream:
        assert stream.next_data()
    # It goes on without anybody, then is there from its first byte.
    found: list[httpx.Response] = []
    readers = [threading.Thread(target=lambda: found.append(resume(program, "lost"))) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(60)
    first, second = (response.content for response in found)
    assert first == second
    assert first.endswith(b"data: [DONE]\n\n") and first.count(b"data: {") >= 300
    assert is_done(program, "lost")
    eventually(lambda: not is_busy(program), "the slot is free")


def is_busy(program: Router, model: str = STORIES) -> bool:
    """Whether a slot of the model works."""
    with program.http() as http:
        return any(slot["is_processing"] for slot in http.get("/slots", params={"model": model}).json())


def test_without_the_header_a_client_that_leaves_stops_its_stream(shared_router: Router) -> None:
    with Stream(shared_router.address, "/v1/completions", long_completion(STORIES, tokens=4000)) as stream:
        assert stream.next_data()
    eventually(lambda: not is_busy(shared_router), "the slot is free")


def test_a_client_that_does_not_read_does_not_hold_its_stream_up(router: Callable[..., Router]) -> None:
    program = router()
    with begin(program, "slow", long_completion(STORIES)) as stream:
        assert stream.next_data()
        # 6 MB, where the sockets take 3 and the ring 4.
        eventually(lambda: is_done(program, "slow"), "the stream's end", 60)
        assert resume(program, "slow").status_code == 400
        total = look_up(program, "slow")["slow"]["total_bytes"]
        tail = resume(program, "slow", total - 100_000).content
        assert len(tail) == 100_000 and tail.endswith(b"data: [DONE]\n\n")


def test_a_stop_frees_the_slot(router: Callable[..., Router]) -> None:
    program = router()
    with begin(program, "stopped", long_completion(STORIES, tokens=100_000)) as stream:
        assert stream.next_data()
        assert is_busy(program)
        assert stop(program, "stopped") == 204
        eventually(lambda: not is_busy(program), "the slot is free", 5)
        assert "[DONE]" not in stream.rest()
    assert resume(program, "stopped").status_code == 404
    assert look_up(program, "stopped") == {}
    assert stop(program, "stopped") == 204


def test_a_replay_outlives_its_worker(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with program.http() as http:
        answer = http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"})
        http.post("/v1/chat/completions", json=chat(TINY)).raise_for_status()
    assert program.status(STORIES) == "unloaded"
    assert resume(program, "c").content == answer.content


def occupy(program: Router) -> Stream:
    """Takes the only place of a router with `--models-max 1`, so that other models wait as long as a test likes."""
    stream = Stream(program.address, "/v1/completions", long_completion(TINY))
    assert stream.next_data()
    return stream


def test_a_reload_of_the_page_while_the_model_is_waited_for(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with occupy(program) as other:
        gone = threading.Event()

        def leave_early() -> None:
            with pytest.raises(httpx.TimeoutException), program.http() as http:
                http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"}, timeout=0.5)
            gone.set()

        threading.Thread(target=leave_early).start()
        eventually(lambda: resume(program, "c").status_code == 503, "the wait is known")
        error = resume(program, "c").json()["error"]
        assert error["type"] == "unavailable_error" and "loading" in error["message"]
        assert gone.wait(10)
        other.rest()
    eventually(lambda: resume(program, "c").status_code == 200, "the stream is there", 20)
    assert texts(resume(program, "c").content)


def test_a_stop_while_the_model_is_waited_for(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    found: list[httpx.Response] = []

    def ask() -> None:
        with program.http() as http:
            found.append(http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"}))

    with occupy(program) as other:
        asker = threading.Thread(target=ask)
        asker.start()
        eventually(lambda: resume(program, "c").status_code == 503, "the wait is known")
        assert stop(program, "c") == 204
        asker.join(10)
        assert found[0].status_code == 400
        message = found[0].json()["error"]["message"]
        assert message == "request cancelled by a stop while the model was loading"
        assert resume(program, "c").status_code == 404
        other.rest()
    assert program.status(STORIES) == "unloaded", "nothing was loaded for it"


def test_a_load_that_fails_is_told_to_who_comes_back(router: Callable[..., Router], models: Path) -> None:
    source = (models / f"{STORIES}.gguf").read_bytes()
    program = router("--models-max", "1", models=models)
    with occupy(program) as other:
        with pytest.raises(httpx.TimeoutException), program.http() as http:
            http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"}, timeout=0.5)
        # The header stays: the list finds nothing wrong with the file.
        (models / f"{STORIES}.gguf").write_bytes(source[:-1000])
        other.rest()
    eventually(lambda: is_done(program, "c"), "the end", 20)
    content = resume(program, "c").content.decode()
    assert content.startswith("data: ") and json.loads(content[6:])["error"]["message"]


def test_a_worker_that_dies_without_a_witness(router: Callable[..., Router]) -> None:
    program = router()
    with begin(program, "c", long_completion(STORIES, tokens=100_000)) as stream:
        assert stream.next_data()
        (victim,) = program.workers
    victim.kill(signal.SIGKILL)
    eventually(lambda: is_done(program, "c"), "the end")
    total = look_up(program, "c")["c"]["total_bytes"]
    assert b"signal 9" in resume(program, "c", total - 500).content


def test_a_second_request_of_a_conversation_ends_the_first(router: Callable[..., Router]) -> None:
    program = router()
    with begin(program, "c", long_completion(STORIES, tokens=100_000)) as first:
        assert first.next_data()
        with program.http() as http:
            answer = http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"})
        assert answer.content.endswith(b"data: [DONE]\n\n")
        assert "[DONE]" not in first.rest()
    assert resume(program, "c").content == answer.content
    eventually(lambda: not is_busy(program), "the slot is free")


def test_refusals(shared_router: Router) -> None:
    assert resume(shared_router, "nobody").json() == {"error": {
        "code": 404, "message": "Stream not found or expired", "type": "not_found_error"}}
    assert resume(shared_router, "").status_code == 400
    assert stop(shared_router, "") == 400
    assert look_up(shared_router, "nobody", "") == {}


def test_a_refused_request_leaves_nothing(shared_router: Router) -> None:
    body = chat() | {"max_tokens": "many"}
    with shared_router.http() as http:
        answer = http.post("/v1/chat/completions", json=body, headers={"X-Conversation-Id": "refused"})
        assert answer.status_code == 400
    assert resume(shared_router, "refused").status_code == 404


def test_a_conversation_belongs_to_its_key(router: Callable[..., Router]) -> None:
    program = router("--api-key", "one,two")
    one, two = ({"Authorization": f"Bearer {key}"} for key in ("one", "two"))
    with program.http() as http:
        answer = http.post("/v1/chat/completions", json=chat(), headers={"X-Conversation-Id": "c"} | one)
        target = "/v1/stream?conv_id=c"
        assert http.get(target).status_code == 401
        assert http.get(target, headers=two).status_code == 404
        assert http.delete(target, headers=two).status_code == 204
        assert http.get(target, headers=one).content == answer.content


def test_a_shutdown_does_not_wait_for_a_stream_that_nobody_reads(router: Callable[..., Router]) -> None:
    program = router("--shutdown-timeout", "60")
    with begin(program, "c", long_completion(STORIES, tokens=100_000)) as stream:
        assert stream.next_data()
    assert is_busy(program)
    program.process.send_signal(signal.SIGTERM)
    assert program.wait(10) == 0
    eventually(lambda: not program.remains(), "no worker")
