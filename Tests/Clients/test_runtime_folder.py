# SPDX-License-Identifier: MIT
"""The folder of the workers' sockets, when somebody else removes it: tmp cleaners, a router in a container (D3, C15)."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import STORIES, TINY
from processes import children, eventually
from programs import Router
from streaming import Stream, long_completion

ASK = {"model": TINY, "prompt": "Once", "max_tokens": 2}


def folders(router: Router) -> list[Path]:
    """The folders of sockets below a router's own folder."""
    return [path for path in router.runtime.iterdir() if path.name.startswith("enginehouse-")]


def test_a_removed_folder_is_made_again_and_models_come_back(router: Callable[..., Router]) -> None:
    server = router("--no-reuse-workers")
    with server.http() as http:
        assert http.post("/v1/completions", json=ASK).status_code == 200
        before = server.models()[TINY]["details"]
        assert before["load_seconds"] is not None
        workers = server.workers
        shutil.rmtree(folders(server)[0])
        # Requests that meet it get another worker; none fails.
        for model in (TINY, STORIES, TINY):
            answer = http.post("/v1/completions", json=ASK | {"model": model})
            assert answer.status_code == 200, answer.text
        eventually(lambda: http.get("/health").status_code == 200, "the router is well again")
        eventually(lambda: not any(worker.is_alive for worker in workers), "the worker that can't be reached is gone")
    assert len(folders(server)) == 1


def test_a_removed_socket_brings_its_model_back_without_a_request(router: Callable[..., Router]) -> None:
    server = router()
    with server.http() as http:
        assert http.post("/v1/completions", json=ASK).status_code == 200
        socket = next(folders(server)[0].glob("*.sock"))
        socket.unlink()
        health = http.get("/health")
        assert health.status_code == 503 and "loaded again" in health.json()["error"]["message"]
        eventually(lambda: set(folders(server)[0].glob("*.sock")) - {socket} and server.status(TINY) == "loaded",
                   "the model is there again")
        assert http.get("/health").status_code == 200


def test_a_stream_goes_on_while_its_socket_is_gone(router: Callable[..., Router]) -> None:
    server = router()
    with server.http() as http, Stream(server.address, "/v1/completions", long_completion(TINY, tokens=200)) as stream:
        shutil.rmtree(folders(server)[0])
        eventually(lambda: http.get("/health").status_code == 503, "the router tells")
        events = stream.rest()
        assert events[-1] == "[DONE]"


def test_a_router_that_cannot_see_the_other_leaves_its_folder_alone(
        router: Callable[..., Router], binaries: Path, bundled: Path) -> None:
    """In another PID namespace no process id of the first router is alive."""
    if subprocess.run(["unshare", "-pf", "--mount-proc", "true"], capture_output=True).returncode != 0:
        pytest.skip("no PID namespaces here")
    server = router()
    with server.http() as http:
        assert http.post("/v1/completions", json=ASK).status_code == 200
        environment = os.environ | {name: str(server.runtime) for name in ("TMPDIR", "XDG_RUNTIME_DIR")}
        second = subprocess.Popen(
            ["unshare", "-pf", "--mount-proc", "--kill-child", str(binaries / "enginehouse"), "--models-dir", str(bundled),
             "--port", "0", "--host", "127.0.0.1"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert "listening on" in second.stdout.readline()
            assert len(folders(server)) == 2
            assert len(list(folders(server)[0].parent.glob("enginehouse-*/*.sock"))) == 1
            answer = http.post("/v1/completions", json=ASK | {"model": STORIES})
            assert answer.status_code == 200, answer.text
        finally:
            inside = children(second.pid)
            assert inside
            second.kill()
            second.wait()
            second.stdout.close()
            # It is killed when its parent ends, and holds its lock until then.
            eventually(lambda: not any(process.is_alive for process in inside), "the second router is gone")
    # What the killed one left is a leftover for the next.
    third = Router(binaries, bundled, environment={name: str(server.runtime) for name in ("TMPDIR", "XDG_RUNTIME_DIR")})
    try:
        assert len(folders(server)) == 2
    finally:
        third.process.terminate()
        third.wait()
        third.destroy()
