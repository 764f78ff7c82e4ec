# SPDX-License-Identifier: MIT
"""The router and the worker as the tests start them: with deadlines, on free ports, leaving nothing behind."""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import uuid
from pathlib import Path

import httpx
from openai import AsyncOpenAI, OpenAI

from processes import Process, children, eventually, marked, zombies

START_SECONDS = 20
STOP_SECONDS = 15
# The variable by which a test knows its processes again.
TOKEN = "ENGINEHOUSE_TEST_TOKEN"
# How computing threads wait for each other, as the router sets it: libgomp's own way takes thirty times as long beside other programs.
SPINS = {"GOMP_SPINCOUNT": "5000"}


class Program:
    """A started process whose output is read as it comes, and what a test may ask of its HTTP side."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None, **options) -> None:
        self.command = command
        # Sockets live below this folder; their paths have to be short.
        self.runtime = Path(tempfile.mkdtemp(prefix="eh-"))
        self.token = uuid.uuid4().hex
        folders = {name: str(self.runtime) for name in ("TMPDIR", "XDG_RUNTIME_DIR")}
        # Nobody's own cache of models, nor a hub out there.
        hub = {"LLAMA_CACHE": str(self.runtime / "cache"), "HF_ENDPOINT": "http://127.0.0.1:9"}
        # What routers find out about models is kept there.
        hub["XDG_CACHE_HOME"] = str(self.runtime / "found")
        # Models that requests make are kept there.
        hub["XDG_DATA_HOME"] = str(self.runtime / "data")
        # Texts are compared: a worker that finds its number of threads by itself adds up in another order now and then.
        hub["LLAMA_ARG_THREADS"] = str(len(os.sched_getaffinity(0)))
        own = {name: value for name, value in os.environ.items() if name != "HF_TOKEN"}
        environment = own | folders | hub | {TOKEN: self.token} | (environment or {})
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
            start_new_session=True, **options)
        self.address = ""
        self.log: list[str] = []
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.readers = [threading.Thread(target=self._read, args=(self.process.stdout, True), daemon=True),
                        threading.Thread(target=self._read, args=(self.process.stderr, False), daemon=True)]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, is_output: bool) -> None:
        for line in stream:
            text = line.decode(errors="replace").rstrip("\n")
            self.log.append(text)
            if is_output:
                self.lines.put(text)
        if is_output:
            self.lines.put(None)

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def said(self) -> str:
        """All that it wrote so far, for a failure's message."""
        return "\n".join([" ".join(self.command), *self.log[-60:]])

    def says(self, *words: str, seconds: float = 10) -> None:
        """Until a line of its log has all these words: the log is read as it comes, so a line may be a moment behind what it tells of."""
        eventually(
            lambda: any(all(word in line for word in words) for line in list(self.log)), f"a line with {words} in\n{self.said}", seconds)

    def next_line(self, seconds: float) -> str | None:
        """The next line of its output; None at the end. Fails after the deadline."""
        try:
            return self.lines.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no line of output within {seconds} s from\n{self.said}") from None

    def http(self, **options) -> httpx.Client:
        """A plain client of its address."""
        return httpx.Client(base_url=self.address, timeout=30, **options)

    def openai(self) -> OpenAI:
        """The official client; it doesn't try again, so that no failure is hidden."""
        return OpenAI(base_url=self.address + "/v1", api_key="none", max_retries=0, timeout=30)

    def async_openai(self) -> AsyncOpenAI:
        """The same for asyncio."""
        return AsyncOpenAI(base_url=self.address + "/v1", api_key="none", max_retries=0, timeout=30)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Its exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"did not exit within {seconds} s:\n{self.said}") from None

    def remains(self) -> list[Process]:
        """What still lives of it and of what it started."""
        found = {*marked(self.token), *marked(str(self.runtime))}
        return [p for p in found if p.pid != os.getpid()]

    def destroy(self) -> None:
        """Kills what is left, after the checks."""
        for process in self.remains():
            process.kill(signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join(5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        shutil.rmtree(self.runtime, ignore_errors=True)


class Router(Program):
    """`enginehouse` over a folder of models."""

    def __init__(self, binaries: Path, models: Path | None, *arguments: str,
                 environment: dict[str, str] | None = None) -> None:
        folder = ["--models-dir", str(models)] if models else []
        super().__init__([str(binaries / "enginehouse"), *folder, "--host", "127.0.0.1", "--port", "0", *arguments],
                         environment)
        try:
            self.wait_until_it_listens()
        except BaseException:
            self.destroy()
            raise

    def wait_until_it_listens(self) -> None:
        """Reads its output up to the line that names its address."""
        while not self.address:
            line = self.next_line(START_SECONDS)
            assert line is not None, f"the router ended before it listened:\n{self.said}"
            if found := re.search(r"listening on (\S+)", line):
                self.address = found.group(1)

    @property
    def workers(self) -> list[Process]:
        """Its living workers that have a model, or are to have one."""
        # A child that is about to become another program has the router's own command line.
        own = [str(part) for part in self.command]
        found = []
        for child in children(self.pid):
            arguments = child.arguments
            # One that just becomes another program has none for a moment.
            if arguments and arguments[1:] != own[1:] and "--measure" not in arguments and not child.is_standby:
                found.append(child)
        return found

    def models(self) -> dict[str, dict]:
        """The entries of GET /models by their id."""
        with self.http() as http:
            return {entry["id"]: entry for entry in http.get("/models").json()["data"]}

    def status(self, model: str) -> str:
        """One model's status word."""
        return self.models()[model]["status"]["value"]

    def statuses(self) -> dict[str, str]:
        """All models' status words."""
        return {name: entry["status"]["value"] for name, entry in self.models().items()}

    def check_no_zombies(self) -> None:
        """Every worker that ended has been waited for, within a moment."""
        eventually(lambda: not zombies(self.pid), "no zombie among the router's children", 5)

    def stop(self) -> None:
        """Asks it to end, and checks that it does and that nothing of it remains."""
        try:
            if self.process.poll() is None:
                self.check_no_zombies()
                self.process.send_signal(signal.SIGTERM)
                code = self.wait()
                assert code == 0, f"exit code {code}:\n{self.said}"
            eventually(lambda: not self.remains(), f"nothing remains of the router:\n{self.said}", 5)
        finally:
            self.destroy()


class Worker(Program):
    """`enginehouse-worker` on one file, with the test as its parent."""

    def __init__(self, binaries: Path, model: Path, *arguments: str) -> None:
        super().__init__([str(binaries / "enginehouse-worker"), "-m", str(model), "--host", "127.0.0.1",
                          "--port", "0", *arguments], SPINS)
        self.events: list[dict] = []

    def next_event(self) -> dict | None:
        """The next event; None once the worker has closed its output."""
        line = self.next_line(START_SECONDS)
        if line is None:
            return None
        event = json.loads(line)
        self.events.append(event)
        return event

    def wait_until_ready(self) -> "Worker":
        """Reads events until it serves requests."""
        while True:
            event = self.next_event()
            assert event is not None, f"the worker ended before it was ready:\n{self.said}"
            assert event["event"] != "failed", f"{event['reason']}\n{self.said}"
            if event["event"] == "ready":
                self.address = event["address"]
                return self

    def stop(self) -> None:
        """Closes its standard input, as a parent that is gone does, and checks that it exits."""
        try:
            if self.process.poll() is None:
                self.process.stdin.close()
                self.wait()
        finally:
            self.destroy()
