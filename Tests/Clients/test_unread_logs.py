# SPDX-License-Identifier: MIT
"""A log that nobody reads: standard error is a pipe, and its reader sleeps (D13)."""

import fcntl
import os
import re
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import PIRATE, STORIES, TINY

ASK = {"prompt": "Once", "max_tokens": 1}


@pytest.fixture
def unread(tmp_path: Path) -> Iterator:
    """unread(COMMAND) starts a program whose standard error is a pipe without a reader; gives it and the address."""
    started: list[subprocess.Popen] = []

    def start(*command: str) -> tuple[subprocess.Popen, str]:
        folders = {name: str(tmp_path) for name in ("TMPDIR", "XDG_RUNTIME_DIR", "LLAMA_CACHE")}
        process = subprocess.Popen(
            command, env=os.environ | folders, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True)
        started.append(process)
        # As small as a pipe can be, so that it is full at once.
        fcntl.fcntl(process.stderr.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        while True:
            line = process.stdout.readline().decode()
            assert line, "it ended before it listened"
            if found := re.search(r"listening on (\S+)", line) or re.search(r'"address":"(http[^"]+)"', line):
                return process, found.group(1)

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


def read_all(process: subprocess.Popen, seconds: float = 5) -> str:
    """What stands in the pipe, and what comes while somebody reads."""
    text = b""
    while select.select([process.stderr], [], [], seconds)[0]:
        part = os.read(process.stderr.fileno(), 65_536)
        if not part:
            break
        text += part
    return text.decode()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_router_whose_log_nobody_reads_serves_on(binaries: Path, bundled: Path, unread, form: str) -> None:
    process, address = unread(
        str(binaries / "enginehouse"), "--models-dir", str(bundled), "--port", "0", "--host", "127.0.0.1", "-lv", "5",
        "--log-format", form)
    with httpx.Client(base_url=address, timeout=20) as http:
        # Each answer is a line that holds the path; the router's own buffer is a mebibyte.
        for _ in range(400):
            assert http.get("/models/nobody/x" + "y" * 4_000).status_code == 404
        for model in (TINY, STORIES, PIRATE):
            assert http.post("/v1/completions", json=ASK | {"model": model}).status_code == 200
        log = read_all(process)
        assert re.search(r"\d+ log lines were left out", log), log[-2000:]
    process.terminate()
    assert process.wait(20) == 0


def test_a_server_of_one_model_whose_log_nobody_reads_serves_and_stops(binaries: Path, bundled: Path, unread) -> None:
    process, address = unread(
        str(binaries / "enginehouse"), "-m", str(bundled / f"{TINY}.gguf"), "--port", "0", "--host", "127.0.0.1", "-lv", "5")
    with httpx.Client(base_url=address, timeout=20) as http:
        for _ in range(60):
            assert http.post("/completion", json=ASK).status_code in (200, 503)
    process.terminate()
    assert process.wait(20) == 0


def test_a_worker_alone_whose_log_nobody_reads_serves_on(binaries: Path, bundled: Path, unread) -> None:
    process, address = unread(
        str(binaries / "enginehouse-worker"), "-m", str(bundled / f"{TINY}.gguf"), "--host", "127.0.0.1", "--port", "0", "-lv", "5")
    with httpx.Client(base_url=address, timeout=20) as http:
        for _ in range(100):
            assert http.post("/completion", json=ASK).status_code == 200
