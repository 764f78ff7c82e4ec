# SPDX-License-Identifier: MIT
"""The router's front: who may come in, what it tells of itself, and what it tells of requests."""

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import Router

BODY = {"model": TINY, "prompt": "Once", "max_tokens": 2}


@pytest.fixture
def http(shared_router: Router) -> Iterator[httpx.Client]:
    """A plain client of the shared router."""
    with shared_router.http() as client:
        yield client


@pytest.mark.parametrize("host", ["evil.com", "localhost.evil.com", "127.0.0.1.evil.com:80"])
@pytest.mark.parametrize("method, path", [("GET", "/models"), ("POST", "/v1/completions"), ("GET", "/health")])
def test_a_name_that_was_made_to_lead_here_is_refused(http: httpx.Client, host: str, method: str, path: str) -> None:
    answer = http.request(method, path, headers={"Host": host}, json=BODY if method == "POST" else None)
    assert answer.status_code == 403
    assert answer.json()["error"]["type"] == "permission_error"
    assert host in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:8080"])
def test_names_of_this_machine_are_good(http: httpx.Client, host: str) -> None:
    assert http.get("/models", headers={"Host": host}).status_code == 200


def test_a_page_of_this_machine_may(http: httpx.Client) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    preflight = http.options("/v1/completions", headers=origin | asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == origin["Origin"]
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    answer = http.post("/v1/completions", json=BODY, headers=origin)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin["Origin"]
    assert http.get("/models", headers=origin).headers["access-control-allow-origin"] == origin["Origin"]


def test_a_strangers_page_may_not(http: httpx.Client, shared_router: Router) -> None:
    origin = {"Origin": "http://evil.com"}
    assert "access-control-allow-origin" not in http.options("/models/unload", headers=origin).headers
    for path in ("/models/unload", "/v1/completions"):
        answer = http.post(path, content=json.dumps(BODY), headers=origin | {"Content-Type": "text/plain"})
        assert answer.status_code == 403
        assert "evil.com" in answer.json()["error"]["message"]


def test_answers_tell_of_their_request(http: httpx.Client) -> None:
    answer = http.post("/v1/completions", json=BODY, headers={"X-Request-Id": "mine"})
    assert answer.headers["x-request-id"] == "mine"
    assert answer.headers["x-enginehouse-model"] == TINY
    times = dict(re.findall(r"(\w+);dur=([\d.]+)", answer.headers["server-timing"]))
    assert set(times) == {"queue", "load", "upstream"}
    assert float(times["upstream"]) > 0
    first, second = (http.get("/health").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_the_time_of_a_load_is_told(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        cold, warm = (http.post("/v1/completions", json=BODY).headers["server-timing"] for _ in range(2))
    assert float(re.search(r"load;dur=([\d.]+)", cold)[1]) > 1
    assert "load;dur=0.00" in warm


def test_a_form_is_forwarded_to_its_model(http: httpx.Client) -> None:
    files = {"file": ("a.wav", b"RIFF" * 1000, "audio/wav")}
    answer = http.post("/v1/audio/transcriptions", data={"model": "nobody"}, files=files)
    assert answer.json()["error"]["message"] == "model 'nobody' not found"
    known = http.post("/v1/audio/transcriptions", data={"model": TINY}, files=files)
    assert known.headers["x-enginehouse-model"] == TINY
    assert http.post(f"/v1/audio/transcriptions?model={TINY}", files=files).headers["x-enginehouse-model"] == TINY


def test_events_of_a_load_and_an_unload(router: Callable[..., Router]) -> None:
    program = router()
    seen: list[dict] = []
    with program.http() as http, program.http() as watcher, watcher.stream("GET", "/models/sse") as feed:
        assert feed.headers["content-type"] == "text/event-stream"

        def watch() -> None:
            try:
                for line in feed.iter_lines():
                    if line.startswith("data: "):
                        seen.append(json.loads(line[6:]))
            except httpx.HTTPError:
                pass

        reader = threading.Thread(target=watch)
        reader.start()
        http.post("/models/load", json={"model": TINY})
        eventually(lambda: any(e["data"].get("status") == "loaded" for e in seen), "loaded")
        http.post("/models/unload", json={"model": TINY})
        eventually(lambda: seen[-1]["data"].get("status") == "unloaded", "unloaded")
    assert {event["model"] for event in seen} == {TINY}
    assert seen[0] == {"model": TINY, "event": "model_status", "data": {"status": "loading"}}
    assert {event["event"] for event in seen[1:]} == {"status_change"}
    loaded = next(event for event in seen if event["data"]["status"] == "loaded")
    assert loaded["data"]["info"]["meta"]["n_vocab"] > 0
    assert seen[-1]["data"]["exit_code"] == 0
    program.stop()
    reader.join(5)


def test_logs_of_a_model(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        http.post("/v1/completions", json=BODY)
        # What a worker writes to stderr is read beside what it answers.
        eventually(lambda: http.get(f"/models/{TINY}/logs").text, "a line of the log")
        plain = http.get(f"/models/{TINY}/logs")
        assert plain.headers["content-type"].startswith("text/plain")
        events = http.get(f"/models/{TINY}/logs", headers={"Accept": "text/event-stream"})
        assert events.text.startswith("data: ")
        assert http.get("/models/nobody/logs").status_code == 404
        with program.http() as other, other.stream("GET", f"/models/{TINY}/logs?follow=1") as feed:
            assert next(feed.iter_lines()) == plain.text.splitlines()[0]


def test_metrics_wake_nobody_and_tell_of_everybody(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        page = http.get("/metrics").text
        assert f'enginehouse_model_status{{model="{TINY}",status="unloaded"}} 1' in page
        assert program.workers == []
        with http.stream("POST", "/v1/completions", json=BODY | {"stream": True}) as answer:
            answer.read()
        page = http.get("/metrics").text
        assert f'enginehouse_requests_total{{model="{TINY}",status="200"}} 1' in page
        assert f'enginehouse_time_to_first_token_seconds_count{{model="{TINY}"}} 1' in page
        assert f'enginehouse_model_status{{model="{STORIES}",status="unloaded"}} 1' in page
        assert len(program.workers) == 1
    kinds = set()
    for line in page.splitlines():
        if line.startswith("# TYPE"):
            kinds.add(line.split()[2])
        elif not line.startswith("#"):
            assert re.fullmatch(r"[a-zA-Z_:]+(\{.*\})? \S+", line), line
    assert "enginehouse_load_seconds" in kinds


def test_an_address_for_all_needs_a_key(binaries: Path, bundled: Path) -> None:
    done = subprocess.run([binaries / "enginehouse", "--models-dir", bundled, "--host", "0.0.0.0", "--port", "0"],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode != 0
    assert "--api-key" in done.stderr and "--insecure" in done.stderr
