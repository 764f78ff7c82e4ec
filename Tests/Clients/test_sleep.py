# SPDX-License-Identifier: MIT
"""Models that sleep when nobody needs them, and wake for whoever does; and the metrics that outlive that."""

import json
import queue
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from conftest import PIRATE, STORIES, TINY
from processes import eventually, resident_memory
from programs import Router, Worker
from streaming import Stream, long_completion

NAP = ("--sleep-idle-seconds", "1")
HELLO = [{"role": "user", "content": "Hello"}]
COMPLETION = {"prompt": "Once upon a time", "n_predict": 4, "temperature": 0}
LOOKS = ("/health", "/v1/health", "/props", "/models", "/v1/models", "/slots", "/metrics")


def wait_for(worker: Worker, name: str) -> dict:
    """The next event of that name."""
    while event := worker.next_event():
        if event["event"] == name:
            return event
    raise AssertionError(f"the worker ended without {name}:\n{worker.said}")


def metric(text: str, name: str, labels: str = "") -> float:
    """A sample of a page of metrics."""
    prefix = f"llamacpp:{name}{labels} "
    found = [line for line in text.splitlines() if line.startswith(prefix)]
    assert len(found) == 1, f"{len(found)} samples of {prefix!r} in\n{text}"
    return float(found[0].removeprefix(prefix))


def test_it_frees_its_memory_and_comes_back(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "65536", "--rope-freq-base", "10000", "--parallel", "1", "--metrics", *NAP)
    program.wait_until_ready()
    ready = program.events[-1]
    with program.http() as http:
        first = http.post("/completion", json=COMPLETION).json()
        before = http.get("/metrics").text
        awake = resident_memory(program.pid)
        wait_for(program, "sleeping")
        cache = ready["measured"]["context_bytes"]
        assert cache > 30 << 20
        assert resident_memory(program.pid) < awake - cache
        assert http.get("/props").json()["is_sleeping"] is True
        # What was counted is not forgotten.
        assert metric(http.get("/metrics").text, "prompt_tokens_total") == metric(before, "prompt_tokens_total") > 0
        second = http.post("/completion", json=COMPLETION)
        assert second.json()["content"] == first["content"]
        # The cache was freed with the rest.
        assert second.json()["timings"]["cache_n"] == 0
        assert [event["event"] for event in program.events].count("sleeping") == 1
        assert wait_for(program, "ready")["address"] == ready["address"]
        assert http.get("/props").json()["is_sleeping"] is False
        assert metric(http.get("/metrics").text, "tokens_predicted_total") == 8


def test_looks_neither_wake_it_nor_keep_it_awake(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "256", "--metrics", *NAP).wait_until_ready()
    with program.http() as http:
        assert http.post("/completion", json=COMPLETION).status_code == 200
        awake = {path: http.get(path).json() for path in ("/props", "/models")}
        stop = threading.Event()

        def look() -> None:
            with program.http() as other:
                while not stop.is_set():
                    for path in LOOKS:
                        assert other.get(path).status_code == 200

        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(look)
            wait_for(program, "sleeping")
            stop.set()
            looking.result(30)
        for path in LOOKS:
            assert http.get(path).status_code == 200
        assert http.get("/props").json() == awake["/props"] | {"is_sleeping": True}
        assert http.get("/models").json()["data"][0]["meta"] == awake["/models"]["data"][0]["meta"]
        slots = http.get("/slots").json()
        assert len(slots) == 4 and not any(slot["is_processing"] for slot in slots)
        # What no route answers needs no model either.
        assert http.post("/nothing", json={}).status_code == 404
        assert http.get("/props").json()["is_sleeping"] is True


@pytest.mark.parametrize("path, body", [
    ("/completion", COMPLETION), ("/v1/chat/completions", {"messages": HELLO, "max_tokens": 2}),
    ("/tokenize", {"content": "Hello"}), ("/detokenize", {"tokens": [5]}), ("/apply-template", {"messages": HELLO}),
    ("/v1/completions", COMPLETION | {"stream": True}),
])
def test_whatever_needs_the_model_wakes_it(worker: Callable[..., Worker], path: str, body: dict) -> None:
    program = worker("-c", "256", *NAP).wait_until_ready()
    wait_for(program, "sleeping")
    with program.http() as http:
        assert http.post(path, json=body).status_code == 200
        assert http.get("/props").json()["is_sleeping"] is False


def test_a_client_being_served_keeps_it_awake(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "1024", *NAP).wait_until_ready()
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        # It waits for its reader, longer than it may be idle.
        with pytest.raises(AssertionError, match="no line of output"):
            program.next_line(2.5)
    wait_for(program, "sleeping")


def test_nobody_is_lost_when_it_falls_asleep(worker: Callable[..., Worker]) -> None:
    program = worker("-c", "512", "--parallel", "8", *NAP).wait_until_ready()
    chance = random.Random(7)

    def ask(wait: float) -> int:
        time.sleep(wait)
        with httpx.Client(base_url=program.address, timeout=60) as http:
            answer = http.post("/completion", json=COMPLETION | {"n_predict": 1})
            return answer.json()["tokens_predicted"] if answer.status_code == 200 else -answer.status_code

    with ThreadPoolExecutor(60) as pool:
        for _ in range(6):
            # All of them close to the moment; those before it put it off, so that it comes for others.
            waits = [chance.uniform(0.97, 1.03) for _ in range(59)] + [0.0]
            assert list(pool.map(ask, waits, timeout=60)) == [1] * len(waits)
    naps = sum("\"sleeping\"" in line for line in program.log)
    assert naps >= 1, program.said


def test_a_file_that_is_gone_is_told_and_the_worker_ends(worker: Callable[..., Worker], models: Path) -> None:
    file = models / f"{STORIES}.gguf"
    program = worker("-c", "256", *NAP, model=file).wait_until_ready()
    wait_for(program, "sleeping")
    file.unlink()
    with program.http() as http:
        answer = http.post("/completion", json=COMPLETION)
        assert answer.status_code == 500, answer.text
        assert "could not be loaded" in answer.json()["error"]["message"]
    assert "could not be loaded" in wait_for(program, "failed")["reason"]
    assert program.wait() == 1


@pytest.mark.parametrize("value", ["0", "-2", "1.5", "soon"])
def test_times_that_are_none(binaries: Path, bundled: Path, value: str) -> None:
    done = subprocess.run([binaries / "enginehouse", "--port", "0", "--models-dir", bundled, "--sleep-idle-seconds", value],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "--sleep-idle-seconds: must be a whole number from 1" in done.stderr


# MARK: Behind the router

@contextmanager
def events(router: Router) -> Iterator[Callable[[str], dict]]:
    """next(model) is the data of the next event of a model, from now on."""
    found: queue.Queue[dict] = queue.Queue()
    begun = threading.Event()
    http = router.http()

    def listen() -> None:
        try:
            with http.stream("GET", "/models/sse", timeout=httpx.Timeout(30, read=None)) as response:
                begun.set()
                for line in response.iter_lines():
                    if line.startswith("data: "):
                        found.put(json.loads(line.removeprefix("data: ")))
        except httpx.HTTPError:
            pass

    threading.Thread(target=listen, daemon=True).start()
    assert begun.wait(10)

    def following(model: str) -> dict:
        while True:
            event = found.get(timeout=20)
            if event["model"] == model:
                return event["data"]

    yield following
    http.close()


def chat(router: Router, model: str) -> httpx.Response:
    """A short chat."""
    with router.http() as http:
        return http.post("/v1/chat/completions", json={"model": model, "messages": HELLO, "max_tokens": 4})


def test_the_router_tells_of_it(router: Callable[..., Router]) -> None:
    program = router("-c", "256", "--metrics", *NAP)
    with events(program) as following, program.http() as http:
        assert chat(program, STORIES).status_code == 200
        told = [following(STORIES)]
        while told[-1]["status"] != "sleeping":
            told.append(following(STORIES))
        assert [data["status"] for data in told if "progress" not in data] == ["loading", "loaded", "sleeping"]
        assert "meta" in told[-2]["info"]
        worker = program.workers
        assert program.status(STORIES) == "sleeping"
        assert program.models()[STORIES]["meta"]["n_ctx"] == 256
        # Looks through the router, and the page of metrics of all models, don't wake it.
        assert http.get("/props", params={"model": STORIES}).json()["is_sleeping"] is True
        assert http.get("/slots", params={"model": STORIES}).status_code == 200
        assert metric(http.get("/metrics").text, "tokens_predicted_total", f'{{model="{STORIES}"}}') > 0
        own = http.get("/metrics", params={"model": STORIES})
        assert metric(own.text, "tokens_predicted_total") > 0
        assert own.headers["process-start-time-unix"].isdigit()
        assert program.status(STORIES) == "sleeping"
        assert http.post("/models/load", json={"model": STORIES}).json()["error"]["message"] == "model is already running"
        assert chat(program, STORIES).status_code == 200
        told = [following(STORIES)]
        while told[-1]["status"] != "loaded":
            told.append(following(STORIES))
        assert told[0]["status"] == "loading"
        assert "progress" in told[0] and "info" not in told[-1]
        assert program.workers == worker
        page = http.get("/metrics").text
        assert f'enginehouse_wakes_total{{model="{STORIES}"}} 1' in page
        assert f'enginehouse_load_seconds_count{{model="{STORIES}"}} 1' in page


def test_a_sleeping_model_makes_room_and_can_be_unloaded(router: Callable[..., Router]) -> None:
    program = router("-c", "256", "--models-max", "1", *NAP)
    assert chat(program, STORIES).status_code == 200
    eventually(lambda: program.status(STORIES) == "sleeping", "the model sleeps")
    assert chat(program, PIRATE).status_code == 200
    assert program.status(STORIES) == "unloaded"
    eventually(lambda: program.status(PIRATE) == "sleeping", "the other sleeps")
    with program.http() as http:
        assert http.post("/models/unload", json={"model": PIRATE}).json() == {"success": True}
    eventually(lambda: program.status(PIRATE) == "unloaded", "the other is unloaded")
    assert "failed" not in program.models()[PIRATE]["status"]


def test_each_model_has_its_own_time(router: Callable[..., Router], tmp_path: Path) -> None:
    preset = tmp_path / "models.ini"
    preset.write_text(f"sleep-idle-seconds = 1\n[{STORIES}]\nctx-size = 256\n[{TINY}]\nsleep-idle-seconds = -1\n")
    program = router("--models-preset", str(preset))
    with program.http() as http:
        for model in (STORIES, TINY):
            assert http.post("/completion", json=COMPLETION | {"model": model}).status_code == 200
    eventually(lambda: program.status(STORIES) == "sleeping", "the model sleeps")
    assert program.status(TINY) == "loaded"


def test_a_wake_that_fails_is_a_failed_load(router: Callable[..., Router], models: Path, tmp_path: Path) -> None:
    # Behind a link, where the router doesn't see the change that it would otherwise unload the model for.
    (tmp_path / "links").mkdir()
    file = models / f"{STORIES}.gguf"
    (tmp_path / "links" / "model.gguf").symlink_to(file)
    program = router("-c", "256", *NAP, models=tmp_path / "links")
    assert chat(program, "model").status_code == 200
    eventually(lambda: program.status("model") == "sleeping", "the model sleeps")
    file.write_bytes(file.read_bytes()[:100_000])
    answer = chat(program, "model")
    assert answer.status_code == 500, answer.text
    assert "could not be loaded" in answer.json()["error"]["message"]
    eventually(lambda: program.status("model") == "unloaded", "the worker is gone")
    status = program.models()["model"]["status"]
    assert status["failed"] and "could not be loaded" in status["reason"]
    # It backs off like any that fails to load.
    assert "the next try is possible in" in chat(program, "model").json()["error"]["message"]


def test_hundreds_at_once_while_it_sleeps(router: Callable[..., Router]) -> None:
    program = router("-c", "512", *NAP)
    assert chat(program, STORIES).status_code == 200
    eventually(lambda: program.status(STORIES) == "sleeping", "the model sleeps")
    worker = program.workers
    body = COMPLETION | {"model": STORIES, "n_predict": 1}
    # All at once, and no idle connection is closed while another thread reaches for it.
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    with program.http(limits=limits) as http, ThreadPoolExecutor(200) as pool:
        codes = list(pool.map(lambda _: http.post("/completion", json=body).status_code, range(200), timeout=60))
    assert codes == [200] * 200
    assert program.workers == worker
