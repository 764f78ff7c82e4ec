# SPDX-License-Identifier: MIT
"""What /proc says about the processes of a test: who lives, whose child it is, what is a zombie."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGSTOP


@dataclass(frozen=True)
class Process:
    """One process; a number that is used again later has another start time."""

    pid: int
    started: int  # clock ticks since the machine started

    @property
    def is_alive(self) -> bool:
        """Whether it runs; a zombie doesn't."""
        status = read_status(self.pid)
        return status is not None and status.process == self and status.is_alive

    @property
    def arguments(self) -> list[str]:
        """Its command line, program first; empty once it is gone."""
        try:
            return Path(f"/proc/{self.pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError):
            return []

    @property
    def is_standby(self) -> bool:
        """Whether it is a worker that has no model, or hasn't begun to wait for one."""
        return self.name == "eh-standby" or ("--standby" in self.arguments and self.name != "eh-worker")

    @property
    def name(self) -> str:
        """What lists of processes call it; empty once it is gone."""
        try:
            return Path(f"/proc/{self.pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError):
            return ""

    def kill(self, signal: int) -> None:
        """Sends a signal to it, unless it is gone."""
        if self.is_alive:
            os.kill(self.pid, signal)

    def stop(self) -> None:
        """Makes all its threads stand still; a thread that runs notices a moment after the signal was sent."""
        os.kill(self.pid, SIGSTOP)
        tasks = Path(f"/proc/{self.pid}/task")
        eventually(lambda: all("\nState:\tT" in (task / "status").read_text() for task in tasks.iterdir()), "the process stands still")

    def resume(self) -> None:
        os.kill(self.pid, SIGCONT)


@dataclass(frozen=True)
class Status:
    """The part of /proc/PID/stat that the tests look at."""

    process: Process
    parent: int
    state: str  # R, S, D, Z, ... of its first thread
    threads: int

    @property
    def is_alive(self) -> bool:
        """Whether a thread of it is left: files and locks are held until the last one has ended."""
        return self.state not in "ZX" or self.threads > 1


def read_status(pid: int) -> Status | None:
    """None for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in parentheses and may hold anything; what follows the last one is state, parent, ...
    fields = text[text.rindex(")") + 2:].split()
    return Status(Process(pid, int(fields[19])), int(fields[1]), fields[0], int(fields[17]))


def all_statuses() -> list[Status]:
    """Every process of the machine."""
    return [s for name in os.listdir("/proc") if name.isdigit() and (s := read_status(int(name)))]


def children(pid: int) -> list[Process]:
    """The living children of a process."""
    return [s.process for s in all_statuses() if s.parent == pid and s.is_alive]


def zombies(pid: int) -> list[Process]:
    """The children that it hasn't waited for."""
    return [s.process for s in all_statuses() if s.parent == pid and s.state == "Z" and not s.is_alive]


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


def peak_memory(pid: int) -> int:
    """The most bytes that it ever had resident."""
    return memory(pid, "VmHWM")


def resident_memory(pid: int) -> int:
    """The bytes that it has resident."""
    return memory(pid, "VmRSS")


def memory(pid: int, figure: str) -> int:
    """A figure of /proc/PID/status, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{figure}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {figure} of process {pid}")


def processor_ticks(process: Process) -> int:
    """The time that it has used, in clock ticks."""
    text = Path(f"/proc/{process.pid}/stat").read_text()
    fields = text[text.rindex(")") + 2:].split()
    return int(fields[11]) + int(fields[12])


def listening_sockets(process: Process) -> list[Path]:
    """The paths of the Unix sockets that it listens on."""
    own = set()
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            own.add(os.readlink(link))
        except FileNotFoundError:
            continue
    paths = []
    for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
        # Num, RefCount, Protocol, Flags, Type, St, Inode, Path; the flag 0x10000 is that of a socket that listens.
        fields = line.split(maxsplit=7)
        if len(fields) == 8 and int(fields[3], 16) & 0x10000 and f"socket:[{fields[6]}]" in own:
            paths.append(Path(fields[7]))
    return paths


def eventually(condition: Callable[[], object], what: str, seconds: float = 10) -> object:
    """Waits until the condition holds and returns its value; fails with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}"
        time.sleep(0.01)
    return value
