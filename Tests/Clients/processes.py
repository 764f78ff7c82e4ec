# SPDX-License-Identifier: MIT
"""What /proc says about the processes of a test: who lives, whose child it is, what is a zombie."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process; a number that is used again later has another start time."""

    pid: int
    started: int  # clock ticks since the machine started

    @property
    def is_alive(self) -> bool:
        """Whether it runs; a zombie doesn't."""
        status = read_status(self.pid)
        return status is not None and status.process == self and status.state not in "ZX"

    def kill(self, signal: int) -> None:
        """Sends a signal to it, unless it is gone."""
        if self.is_alive:
            os.kill(self.pid, signal)


@dataclass(frozen=True)
class Status:
    """The part of /proc/PID/stat that the tests look at."""

    process: Process
    parent: int
    state: str  # R, S, D, Z, ...


def read_status(pid: int) -> Status | None:
    """None for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in parentheses and may hold anything; what follows the last one is state, parent, ...
    fields = text[text.rindex(")") + 2:].split()
    return Status(Process(pid, int(fields[19])), int(fields[1]), fields[0])


def all_statuses() -> list[Status]:
    """Every process of the machine."""
    return [s for name in os.listdir("/proc") if name.isdigit() and (s := read_status(int(name)))]


def children(pid: int) -> list[Process]:
    """The living children of a process."""
    return [s.process for s in all_statuses() if s.parent == pid and s.state not in "ZX"]


def zombies(pid: int) -> list[Process]:
    """The children that it hasn't waited for."""
    return [s.process for s in all_statuses() if s.parent == pid and s.state == "Z"]


def marked(token: str) -> list[Process]:
    """The living processes with the token in their environment or command line, whoever their parent is now."""
    found = []
    for status in all_statuses():
        for name in ("environ", "cmdline"):
            try:
                text = Path(f"/proc/{status.process.pid}/{name}").read_bytes()
            except OSError:
                continue
            if token.encode() in text:
                found.append(status.process)
                break
    return [p for p in found if p.is_alive]


def command_line(process: Process) -> list[str]:
    """The program and its arguments."""
    return Path(f"/proc/{process.pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]


def eventually(condition: Callable[[], object], what: str, seconds: float = 10) -> object:
    """Waits until the condition holds and returns its value; fails with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}"
        time.sleep(0.01)
    return value
