# SPDX-License-Identifier: MIT
"""Several models, few places: who is loaded, who waits, who leaves."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai

from conftest import PIRATE, STORIES, TINY
from processes import eventually, peak_memory, processor_ticks
from programs import Router
from streaming import Stream, long_completion


def ask(client: openai.OpenAI, model: str, question: str = "Hello!") -> str:
    """The model's answer at temperature 0."""
    messages = [{"role": "user", "content": question}]
    return client.chat.completions.create(model=model, messages=messages, temperature=0).choices[0].message.content


def test_nothing_is_loaded_before_it_is_asked_for(router: Callable[..., Router]) -> None:
    program = router()
    assert set(program.statuses().values()) == {"unloaded"}
    assert program.workers == []


def test_the_router_is_healthy_and_says_that_it_is_one(router: Callable[..., Router]) -> None:
    program = router("--models-max", "3")
    with program.http() as http:
        assert http.get("/health").json() == {"status": "ok"}
        props = http.get("/props").json()
    assert (props["role"], props["max_instances"]) == ("router", 3)


def test_switch_with_one_place(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with program.openai() as client:
        assert ask(client, STORIES) == "Hello! How can I help you today?"
        assert program.statuses() == {STORIES: "loaded", PIRATE: "unloaded", TINY: "unloaded"}
        assert "Arr" in ask(client, PIRATE)
        assert program.statuses() == {STORIES: "unloaded", PIRATE: "loaded", TINY: "unloaded"}
        assert len(program.workers) == 1
        assert ask(client, STORIES) == "Hello! How can I help you today?"
    entry = program.models()[PIRATE]
    assert not entry["status"].get("failed"), "an eviction is no failure"


def test_the_least_recently_used_leaves(router: Callable[..., Router]) -> None:
    program = router("--models-max", "2")
    with program.openai() as client:
        ask(client, STORIES)
        ask(client, PIRATE)
        ask(client, STORIES)
        client.completions.create(model=TINY, prompt="Once", max_tokens=2)
    assert program.statuses() == {STORIES: "loaded", PIRATE: "unloaded", TINY: "loaded"}


def test_cold_requests_at_once_share_one_load(router: Callable[..., Router]) -> None:
    program = router()
    seen = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.update(program.workers)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with program.openai() as client, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(client, STORIES), range(8)))
    finally:
        done.set()
        watcher.join()
    assert set(answers) == {"Hello! How can I help you today?"}
    assert len(seen) == 1


def test_two_models_wanted_at_once_with_one_place_are_both_served(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with program.openai() as client, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda model: ask(client, model), [STORIES, PIRATE, STORIES, PIRATE]))
    assert [a.startswith("Hello!") for a in answers] == [True, False, True, False]


def test_a_busy_model_is_never_evicted(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with program.openai() as client, ThreadPoolExecutor(1) as pool:
        with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
            assert stream.next_data()
            (busy,) = program.workers
            other = pool.submit(ask, client, PIRATE)
            # The other request has arrived once the router has answered later ones several times over.
            for _ in range(20):
                assert program.status(STORIES) == "loaded"
            assert not other.done()
            assert busy.is_alive
            rest = stream.rest()
        assert rest[-1] == "[DONE]"
        assert '"finish_reason":"length"' in rest[-2].replace(" ", "")
        assert "Arr" in other.result(20)
    assert program.statuses() == {STORIES: "unloaded", PIRATE: "loaded", TINY: "unloaded"}


def test_a_client_that_reads_slowly_costs_the_router_no_memory(router: Callable[..., Router]) -> None:
    program = router()
    with program.openai() as client:
        ask(client, STORIES)
    before = peak_memory(program.pid)
    with Stream(program.address, "/v1/completions", long_completion(STORIES, tokens=1900)) as stream:
        assert stream.next_data()
        (busy,) = program.workers
        last, same = -1, 0

        def is_at_rest() -> bool:
            # The worker has stopped working: since it may not write any more, or since it has written all of it.
            nonlocal last, same
            now = processor_ticks(busy)
            last, same = now, same + 1 if now == last else 0
            return same > 30

        eventually(is_at_rest, "the worker rests", 20)
        assert peak_memory(program.pid) - before < 4 << 20
        assert stream.rest()[-1] == "[DONE]"


def test_a_waiting_client_that_leaves_costs_nothing(router: Callable[..., Router]) -> None:
    program = router("--models-max", "1")
    with Stream(program.address, "/v1/completions", long_completion(STORIES)) as stream:
        assert stream.next_data()
        with program.http(headers={"Connection": "close"}) as http:
            try:
                http.post("/v1/completions", json={"model": TINY, "prompt": "x", "max_tokens": 1}, timeout=0.3)
            except Exception as left:
                assert "timed out" in str(left)
        stream.rest()
    with program.openai() as client:
        ask(client, STORIES)
    assert program.status(STORIES) == "loaded"
    assert program.status(TINY) == "unloaded"


def test_load_and_unload_by_hand(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        assert http.post("/models/load", json={"model": STORIES}).json() == {"success": True}
        eventually(lambda: program.status(STORIES) == "loaded", "loaded")
        again = http.post("/models/load", json={"model": STORIES})
        assert again.status_code == 400
        assert again.json()["error"]["message"] == "model is already running"
        assert http.post("/models/unload", json={"model": STORIES}).json() == {"success": True}
        eventually(lambda: program.status(STORIES) == "unloaded", "unloaded")
        eventually(lambda: not program.workers, "no worker")
        again = http.post("/models/unload", json={"model": STORIES})
        assert again.status_code == 400
        assert again.json()["error"]["message"] == "model is not running"
    program.check_no_zombies()


def test_no_autoload(router: Callable[..., Router]) -> None:
    program = router("--no-models-autoload")
    body = {"model": TINY, "prompt": "Once", "max_tokens": 2}
    with program.http() as http:
        refused = http.post("/v1/completions", json=body)
        assert refused.status_code == 400
        assert refused.json()["error"]["message"] == "model is not loaded"
        assert program.workers == []
        assert http.post("/v1/completions?autoload=true", json=body).status_code == 200
        assert http.post("/v1/completions", json=body).status_code == 200


def test_autoload_can_be_declined_by_a_request(router: Callable[..., Router]) -> None:
    program = router()
    with program.http() as http:
        refused = http.post("/v1/completions?autoload=0", json={"model": TINY, "prompt": "Once", "max_tokens": 2})
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "model is not loaded"


def test_a_folder_is_a_model_of_its_name(router: Callable[..., Router], models: Path) -> None:
    (models / "tiny-in-a-folder").mkdir()
    (models / f"{TINY}.gguf").rename(models / "tiny-in-a-folder" / "anything.gguf")
    program = router(models=models)
    with program.openai() as client:
        answer = client.completions.create(model="tiny-in-a-folder", prompt="Once", max_tokens=2)
    assert answer.model == "tiny-in-a-folder"
