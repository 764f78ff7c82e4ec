# SPDX-License-Identifier: MIT
"""Starts and stops the programs that are measured."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

STORIES, PIRATE = "stories-chat-Q8_0", "pirate-chat-Q8_0"
SPINS = "5000"  # what the router sets for its workers
DEADLINE = 30  # seconds for anything to start or to change


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(url: str, body: dict | None = None) -> dict:
    """One JSON request; an error status is an answer too."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)


class Program:
    """A running server."""

    def __init__(self, command: list[str], log: Path, url: str = "", **environment: str):
        self.log = log
        self.url = url
        self.seconds_to_ready = 0.0
        self.command = command
        self.environment = os.environ | environment
        self.process = self._start()

    def _start(self) -> subprocess.Popen:
        self.started = time.monotonic()
        return subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=self.log.open("w"), stderr=subprocess.STDOUT, start_new_session=True,
            env=self.environment,
        )

    def wait(self) -> "Program":
        """Until it says where it listens, or answers there."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if not self.url:
                # A router's line for people, or a worker's event for its parent.
                found = re.search(r"listening on (http://\S+)|\"address\": ?\"(http:[^\"]+)", self.log.read_text())
                self.url = (found.group(1) or found.group(2)).replace("\\/", "/") if found else ""
            if self.url:
                try:
                    if call(f"{self.url}/health").get("status") == "ok":
                        self.seconds_to_ready = time.monotonic() - self.started
                        return self
                except (OSError, ValueError):
                    pass
            time.sleep(0.002)
        raise SystemExit(f"bench: {self.process.args[0]} did not start:\n{self.log.read_text()[-2000:]}")

    def status(self, model: str) -> str:
        entries = call(f"{self.url}/models")["data"]
        return next(entry["status"]["value"] for entry in entries if entry["id"] == model)

    def load(self, model: str) -> None:
        call(f"{self.url}/models/load", {"model": model})
        self.until(model, "loaded")

    def unload_all(self) -> None:
        for model in (STORIES, PIRATE):
            if self.status(model) != "unloaded":
                call(f"{self.url}/models/unload", {"model": model})
                self.until(model, "unloaded")

    def until(self, model: str, status: str) -> None:
        end = time.monotonic() + DEADLINE
        while self.status(model) != status:
            if time.monotonic() > end:
                raise SystemExit(f"bench: {model} did not become {status}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.01)

    def resident_megabytes(self) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024

    def tree_megabytes(self) -> float:
        """Resident memory of the program and its children; what they share counts once (proportional set size)."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        total = 0
        for process in [str(self.process.pid), *children]:
            try:
                text = Path(f"/proc/{process}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                # A worker that only looked at the memory is gone again.
                continue
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))
        return total / 1024

    def standby_megabytes(self) -> float:
        """What the worker that waits for a model has for itself alone; 0 if none waits."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        for process in [child for task in tasks for child in (task / "children").read_text().split()]:
            if Path(f"/proc/{process}/comm").read_text().strip() == "eh-standby":
                text = Path(f"/proc/{process}/smaps_rollup").read_text()
                return sum(int(size) for size in re.findall(r"^Private_\w+:\s+(\d+)", text, re.M)) / 1024
        return 0

    def kill_worker(self) -> None:
        """Ends the workers that have a model, as a crash does."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        for process in [child for task in tasks for child in (task / "children").read_text().split()]:
            if Path(f"/proc/{process}/comm").read_text().strip() != "eh-standby":
                os.kill(int(process), signal.SIGKILL)

    def restart(self) -> None:
        """Starts it again as it was, where it listens now."""
        self.url = ""
        self.process = self._start()
        self.wait()

    def last_load_seconds(self) -> float:
        """How long the last request waited until its model could answer: for room, and for the load."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            activity = call(f"{self.url}/activity")
            # The answer's end is seen here a moment before the router notes it.
            if activity["recent"] and not activity["requests"]:
                return (activity["recent"][0]["queue_ms"] + activity["recent"][0]["load_ms"]) / 1000
            time.sleep(0.01)
        raise SystemExit(f"bench: {self.url} has noted no request")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Fleet:
    """Everything that one run starts; the end of the `with` stops it."""

    def __init__(self, binaries: Path, models: Path, folder: Path):
        self.binaries, self.models, self.folder = binaries, models, folder
        self.programs: list[Program] = []

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(self, *_) -> None:
        for program in reversed(self.programs):
            program.stop()

    def start(self, command: list[str], url: str = "", waits: bool = True, **environment: str) -> Program:
        log = self.folder / f"{len(self.programs)}.log"
        program = Program([str(part) for part in command], log, url, **environment)
        self.programs.append(program)
        return program.wait() if waits else program

    def router(self, *arguments: str, models: Path | None = None) -> Program:
        folder = models or self.models
        return self.start([self.binaries / "enginehouse", "--models-dir", folder, "--port", "0", *arguments])

    def worker(self) -> Program:
        return self.start([self.binaries / "enginehouse-worker", "-m", self.model(), "--port", "0"])

    def bare_worker(self, model: Path, *arguments: str) -> Program:
        """Our server of one model without the gateway in front of it, as the gateway would start it."""
        port = free_port()
        command = [self.binaries / "enginehouse-worker", "-m", model, "--port", str(port), *arguments]
        return self.start(command, f"http://127.0.0.1:{port}", GOMP_SPINCOUNT=SPINS)

    def socket_worker(self) -> str:
        path = self.folder / "worker.sock"
        command = [self.binaries / "enginehouse-worker", "-m", self.model(), "--host", path]
        self.start(command, waits=False)
        end = time.monotonic() + DEADLINE
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return str(path)

    def haproxy(self, path: str) -> Program:
        port = free_port()
        configuration = self.folder / "haproxy.cfg"
        configuration.write_text(
            "global\n  maxconn 4096\n  nbthread 2\n"
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
            "  option http-keep-alive\n  http-reuse always\n"
            f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\nbackend b\n  server w unix@{path}\n"
        )
        return self.start([shutil.which("haproxy"), "-db", "-f", configuration], f"http://127.0.0.1:{port}")

    def single(self, model: Path, *arguments: str) -> Program:
        """Our server of one model."""
        port = free_port()
        return self.start(
            [self.binaries / "enginehouse", "-m", model, "--port", str(port), *arguments], f"http://127.0.0.1:{port}"
        )

    def peer(self, program: str, model: Path | None = None, *arguments: str) -> Program:
        port = free_port()
        return self.start(
            [program, "-m", model or self.model(), "--port", str(port), *arguments], f"http://127.0.0.1:{port}"
        )

    def servers(self, peer: str, model: Path, *arguments: str) -> dict[str, Callable[[], Program]]:
        """Starts our server of one model, our worker alone or, where there is one, the peer's, with the same options."""
        starts = {
            "enginehouse -m": lambda: self.single(model, *arguments),
            "... its worker alone": lambda: self.bare_worker(model, *arguments),
        }
        if peer:
            starts["llama-server -m"] = lambda: self.peer(peer, model, *arguments)
        return starts

    def stranger(self) -> None:
        """A program that keeps one core busy."""
        self.start([sys.executable, "-c", "while True: pass"], waits=False)

    def stop_last(self, count: int) -> None:
        """Stops what was started last."""
        for _ in range(count):
            self.programs.pop().stop()

    def peer_router(self, program: str, *arguments: str, models: Path | None = None) -> Program:
        port = free_port()
        command = [program, "--models-dir", models or self.models, "--port", str(port), *arguments]
        return self.start(command, f"http://127.0.0.1:{port}")

    def model(self) -> Path:
        return self.models / f"{STORIES}.gguf"
