# SPDX-License-Identifier: MIT
"""What the router tells about requests and models: who runs, who waits, what was; and requests that are cancelled."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import openai
import pytest

from conftest import PIRATE, REPOSITORY, STORIES
from processes import eventually
from programs import Router

HELLO = [{"role": "user", "content": "Hello"}]
ENDLESS = {"max_tokens": -1, "extra_body": {"ignore_eos": True}}


def running(router: Router) -> list[dict]:
    """The requests that run."""
    with router.http() as http:
        return http.get("/activity").json()["requests"]


def recent(router: Router, count: int) -> list[dict]:
    """The requests that ended, the latest first, once there are so many: they end just after their client has all."""
    found: list[dict] = []

    def look() -> bool:
        with router.http() as http:
            found[:] = http.get("/activity").json()["recent"]
        return len(found) >= count

    eventually(look, f"{count} requests have ended", 10)
    return found


def cancel(router: Router, request: dict) -> int:
    """DELETE /activity/ID; the status."""
    with router.http() as http:
        return http.delete(f"/activity/{request['id']}").status_code


def test_a_stream_is_cancelled_and_its_slot_is_free(router: Callable[..., Router]) -> None:
    program = router()
    with program.openai() as client, pytest.raises(openai.APIError, match="cancelled by an operator"):
        count = 0
        for _ in client.chat.completions.create(model=PIRATE, messages=HELLO, stream=True, **ENDLESS):
            count += 1
            if count == 5:
                (request,) = running(program)
                assert (request["model"], request["state"], request["stream"]) == (PIRATE, "running", True)
                assert request["tokens"] >= 3 and request["bytes"] > 100 and "OpenAI" in request["user_agent"]
                assert cancel(program, request) == 200
    (ended,) = recent(program, 1)
    assert (ended["outcome"], ended["status"], ended["stream"]) == ("cancelled", 200, True)
    assert cancel(program, ended) == 404

    def is_idle() -> bool:
        with program.http() as http:
            return not any(slot["is_processing"] for slot in http.get("/slots", params={"model": PIRATE}).json())
    eventually(is_idle, "the slot is free", 10)


def test_an_answer_in_one_piece_is_cancelled_by_its_status(router: Callable[..., Router]) -> None:
    program = router()
    caught: list[Exception] = []

    def ask() -> None:
        try:
            with program.openai() as client:
                client.chat.completions.create(model=PIRATE, messages=HELLO, **ENDLESS)
        except openai.APIError as error:
            caught.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    eventually(lambda: any(r["state"] == "running" for r in running(program)), "the request runs", 20)
    assert cancel(program, running(program)[0]) == 200
    thread.join(10)
    assert isinstance(caught[0], openai.BadRequestError)
    assert recent(program, 1)[0]["outcome"] == "cancelled"


def test_one_that_waits_has_a_position_and_is_cancelled(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1", "--queue-fairness", "600")
    with program.openai() as client:
        busy = client.chat.completions.create(model=PIRATE, messages=HELLO, stream=True, **ENDLESS)
        next(iter(busy))
        answers: list[httpx.Response] = []
        body = {"model": STORIES, "max_tokens": 10, "messages": HELLO}
        threads = [threading.Thread(target=lambda: answers.append(
            httpx.post(f"{program.address}/v1/messages", json=body, timeout=30)), daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        eventually(lambda: [r["queue_position"] for r in running(program)] == [None, 1, 2], "both wait", 10)
        for request in running(program)[1:]:
            assert request["state"] == "queued"
            assert cancel(program, request) == 200
        for thread in threads:
            thread.join(10)
        # In the words of their dialect.
        assert [a.json()["error"]["type"] for a in answers] == ["invalid_request_error"] * 2
        busy.close()


def test_what_ended_has_timings_and_tokens(router: Callable[..., Router]) -> None:
    program = router()
    with program.openai() as client:
        answer = client.chat.completions.create(model=PIRATE, messages=HELLO, max_tokens=7)
        stream = client.chat.completions.create(model=PIRATE, messages=HELLO, max_tokens=9, stream=True,
                                                extra_body={"ignore_eos": True})
        assert sum(1 for _ in stream) > 3
        with pytest.raises(openai.APIError):
            client.chat.completions.create(model="nobody", messages=HELLO)
    nobody, streamed, whole = recent(program, 3)
    assert whole["tokens"] == answer.usage.completion_tokens and whole["stream"] is False
    assert whole["load_ms"] > 0 and whole["total_ms"] >= whole["first_byte_ms"] > whole["load_ms"]
    assert (streamed["tokens"], streamed["load_ms"]) == (9, 0)
    assert whole["cached_tokens"] == 0
    # The same messages again: all but the last token were there.
    assert streamed["cached_tokens"] == answer.usage.prompt_tokens - 1
    assert (nobody["outcome"], nobody["status"], nobody["error"]) == ("failed", 400, "model 'nobody' not found")


def test_events_tell_how_things_are_and_then_what_is_new(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        http.post("/tokenize", json={"model": PIRATE, "content": "x"})
        with http.stream("GET", "/activity/sse") as feed:
            lines = (json.loads(line[6:]) for line in feed.iter_lines() if line.startswith("data: "))
            assert [r["path"] for r in next(lines)["recent"]] == ["/tokenize"]
            httpx.post(f"{program.address}/detokenize", json={"model": PIRATE, "tokens": [1]}, timeout=30)
            while not (news := next(lines))["recent"]:
                pass
            assert [r["path"] for r in news["recent"]] == ["/detokenize"]


def test_models_in_detail(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with program.http() as http:
        before = http.get(f"/models/{PIRATE}").json()
        assert before["details"]["memory_bytes"] is None and before["details"]["last_used"] is None
        assert before["memory_estimate"]["basis"] == "header"
        http.post("/tokenize", json={"model": PIRATE, "content": "x"})
        after = http.get(f"/models/{PIRATE}").json()
        details = after["details"]
        assert details["memory_bytes"] == after["memory_estimate"]["bytes"] > 2 << 20
        assert details["last_used"] >= before["created"] - 1 and details["quantization"] == "Q8_0"
        assert details["context_size"] == details["context_length"] == 2048
        # What the header tells isn't far from what the worker measured.
        for part in ("weights_bytes", "context_bytes"):
            assert before["memory_estimate"][part] == pytest.approx(after["memory_estimate"][part], rel=0.1)
        assert after["metadata"]["general.architecture"] == "llama"
        assert after["metadata"]["tokenizer.ggml.tokens"]["length"] == 1024
        assert "<|im_start|>" in after["chat_template"] and after["preset"].startswith(f"[{PIRATE}]")
        assert http.get("/models/nobody").status_code == 404
        # A pinned model makes room for none, and its last use outlives it.
        assert http.post("/models/pin", json={"model": PIRATE, "pinned": True}).json() == {"success": True}
        assert http.post("/tokenize", json={"model": STORIES, "content": "x"}).status_code == 503
        assert http.post("/models/pin", json={"model": STORIES, "pinned": True}).status_code == 500
        http.post("/models/pin", json={"model": PIRATE, "pinned": False})
        assert http.post("/tokenize", json={"model": STORIES, "content": "x"}).status_code == 200
        gone = http.get(f"/models/{PIRATE}").json()
        # Told in whole seconds, by how long ago it was.
        assert gone["details"]["memory_bytes"] is None
        assert gone["details"]["last_used"] == pytest.approx(details["last_used"], abs=1)
        assert gone["memory_estimate"]["basis"] == "loaded"


def test_one_model_tells_the_same(binaries: Path) -> None:
    model = REPOSITORY / "models" / f"{STORIES}.gguf"
    program = Router(binaries, None, "-m", str(model), "--alias", "story")
    try:
        with program.http() as http:
            eventually(lambda: http.get("/health").status_code == 200, "the model is loaded", 20)
            http.post("/v1/completions", json={"prompt": "Once", "max_tokens": 3, "ignore_eos": True})
            (ended,) = recent(program, 1)
            assert (ended["model"], ended["tokens"]) == ("story", 3)
            assert http.get("/models").json()["data"][0]["details"]["path"] == str(model)
            assert http.get("/models/story").json()["metadata"]["general.architecture"] == "llama"
            assert http.get("/activity/history").json()["interval"] == 10
    finally:
        program.stop()


def test_with_keys_it_needs_one(router: Callable[..., Router]) -> None:
    program = router("--api-key", "sk-one")
    with program.http() as http:
        for path in ("/activity", "/activity/sse", "/activity/history", f"/models/{PIRATE}"):
            assert http.get(path).status_code == 401
        assert http.delete("/activity/1").status_code == 401
        assert http.get("/activity", headers={"X-Api-Key": "sk-one"}).status_code == 200
