# SPDX-License-Identifier: MIT
"""Workers that are broken or somebody else's: the router believes none of them, and goes on (D14, D22)."""

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import Router

READY = '{"event":"ready","version":1,"address":"unix:%s","measured":%s,"model":%s}'


@pytest.fixture
def impostor(tmp_path: Path) -> Callable[[str], str]:
    """impostor(python) writes a worker's program that runs these lines, with `say`, `socket_path` and a listening `server`."""

    def write(body: str) -> str:
        program = tmp_path / "worker"
        program.write_text(
            "#!/usr/bin/env python3\n"
            "import socket, sys, time\n"
            "socket_path = sys.argv[sys.argv.index('--host') + 1]\n"
            "server = socket.socket(socket.AF_UNIX)\n"
            "server.bind(socket_path)\n"
            "server.listen()\n"
            "def say(line):\n    sys.stdout.write(line + '\\n')\n    sys.stdout.flush()\n"
            f"{body}\n"
            "sys.stdin.read()\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(program)

    return write


@pytest.mark.parametrize("measured, model, reason", [
    ('{"load_seconds":1e308}', "{}", "'measured.load_seconds' is 1e+308"),
    ('{"weights_bytes":9223372036854775807,"context_bytes":9223372036854775807}', "{}", "'measured.weights_bytes' is 9223372036854775807"),
    ('{"compute_bytes":-1}', "{}", "'measured.compute_bytes' is -1"),
    ("{}", '{"meta":{"n_ctx":1e300}}', "'model.meta.n_ctx' is 1e+300"),
])
def test_figures_that_no_worker_has_measured(
        router: Callable[..., Router], impostor: Callable[[str], str], measured: str, model: str, reason: str) -> None:
    lies = impostor(f"say({READY!r} % (socket_path, {measured!r}, {model!r}))")
    server = router("--worker", lies)
    with server.http() as http:
        answer = http.post("/v1/chat/completions", json={"model": TINY, "messages": []})
        assert answer.status_code == 500
        message = answer.json()["error"]["message"]
        assert "broke the rules of the handshake" in message and reason in message
        status = server.models()[TINY]["status"]
        assert status["failed"] and reason in status["reason"]
        for path in ("/health", "/metrics", "/activity", f"/models/{TINY}"):
            assert http.get(path).status_code == 200, path
    eventually(lambda: not server.workers, "the worker is killed")


def test_a_worker_may_name_only_its_own_socket(router: Callable[..., Router], impostor: Callable[[str], str]) -> None:
    server = router("--worker", impostor(f"say({READY!r} % ('/var/run/docker.sock', '{{}}', '{{}}'))"))
    with server.http() as http:
        answer = http.post("/v1/chat/completions", json={"model": TINY, "messages": []})
        assert answer.status_code == 500
        assert "listens on unix:/var/run/docker.sock rather than on its own socket" in answer.json()["error"]["message"]
        assert http.get("/health").status_code == 200


def test_a_worker_may_say_only_what_comes_next(router: Callable[..., Router], impostor: Callable[[str], str]) -> None:
    server = router("--worker", impostor(
        f"say({READY!r} % (socket_path, '{{}}', '{{}}'))\nsay('{{\"event\":\"loading\",\"progress\":0.5}}')"))
    with server.http() as http:
        http.post("/models/load", json={"model": TINY})
        eventually(lambda: "loads a model that it has" in server.models()[TINY]["status"].get("reason", ""), "it is found out")


def test_what_a_worker_writes_forges_no_line(router: Callable[..., Router], impostor: Callable[[str], str]) -> None:
    server = router("--worker", impostor("say('\\x1b[31mred\\rgone'); sys.exit(3)"))
    with server.http() as http:
        answer = http.post("/v1/chat/completions", json={"model": TINY, "messages": []})
    assert "\\u{1B}[31mred\\rgone" in answer.json()["error"]["message"]
    assert not any("\x1b" in line for line in server.log)


def test_a_load_that_is_killed_is_begun_once_more(
        router: Callable[..., Router], impostor: Callable[[str], str], tmp_path: Path, binaries: Path) -> None:
    """The system kills a worker while it loads: those who wait need not hear of it, unless it happens again."""
    mark = tmp_path / "killed"
    program = impostor(
        "import os, signal\n"
        f"if not os.path.exists({str(mark)!r}):\n"
        f"    open({str(mark)!r}, 'w').close()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.unlink(socket_path)\n"
        f"os.execv({str(binaries / 'enginehouse-worker')!r}, ['enginehouse-worker', *sys.argv[1:]])")
    server = router("--worker", program)
    with server.http() as http:
        answer = http.post("/v1/completions", json={"model": TINY, "prompt": "Once", "max_tokens": 2})
        assert answer.status_code == 200, answer.text
    server = router("--worker", impostor("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    with server.http() as http:
        answer = http.post("/v1/completions", json={"model": STORIES, "prompt": "Once", "max_tokens": 2})
        assert answer.status_code == 500
        assert f"killed by signal {int(signal.SIGKILL)}" in answer.json()["error"]["message"]
    assert os.path.exists(mark)
