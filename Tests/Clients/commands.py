# SPDX-License-Identifier: MIT
"""The commands as a person or a script runs them: in a plain process, or on a terminal whose screen is looked at."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

SECONDS = 60


class Commands:
    """`enginehouse COMMAND …` against one router."""

    def __init__(self, binaries: Path, home: Path, address: str = "") -> None:
        self.program = str(binaries / "enginehouse")
        hidden = ("ENGINEHOUSE_", "LLAMA_", "HF_", "XDG_", "NO_COLOR")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment |= {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                             "HF_ENDPOINT": "http://127.0.0.1:9"}
        if address:
            self.environment["ENGINEHOUSE_HOST"] = address

    def run(self, *arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs one to its end, without a terminal; its input is empty, or a text."""
        return subprocess.run([self.program, *arguments], env=self.environment | environment, input=text or "",
                              capture_output=True, text=True, timeout=SECONDS)

    def good(self, *arguments: str, text: str | None = None) -> str:
        """The output of one that goes well."""
        result = self.run(*arguments, text=text)
        assert result.returncode == 0, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def json(self, *arguments: str, text: str | None = None) -> dict:
        """The same, read as JSON."""
        return json.loads(self.good(*arguments, "--json", text=text))

    def bad(self, *arguments: str, status: int = 1) -> str:
        """The sentence of one that fails; nothing else is written."""
        result = self.run(*arguments)
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        assert result.stdout == ""
        assert result.stderr.startswith("enginehouse: ") and result.stderr.count("\n") == 1, result.stderr
        return result.stderr.removeprefix("enginehouse: ").rstrip("\n")

    def terminal(self, *arguments: str, columns: int = 100, rows: int = 30, **environment: str) -> "Terminal":
        """Runs one on a terminal."""
        return Terminal([self.program, *arguments], self.environment | environment, columns, rows)


class Terminal:
    """A program on a terminal, and what a person would see there."""

    def __init__(self, command: list[str], environment: dict[str, str], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(command[0], command[1:], env=environment, dimensions=(rows, columns), timeout=SECONDS)
        self.process.delaybeforesend = None

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close(force=True)

    @property
    def lines(self) -> list[str]:
        """The screen's lines without the spaces at their ends."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The screen without empty lines."""
        return "\n".join(line for line in self.lines if line)

    def read(self, seconds: float = 0.05) -> bool:
        """Takes in what comes; false at the end."""
        try:
            data = self.process.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def wait(self, condition: str | Callable[["Terminal"], bool], seconds: float = SECONDS) -> None:
        """Until a text is on the screen, or something holds of it."""
        test = condition if callable(condition) else lambda terminal: condition in terminal.text
        end = time.monotonic() + seconds
        while not test(self):
            lives = self.read()
            assert lives or test(self), f"it ended, without {condition!r} on the screen:\n{self.text}"
            assert time.monotonic() < end, f"no {condition!r} within {seconds} s on the screen:\n{self.text}"

    def send(self, keys: str) -> None:
        """Presses keys."""
        self.process.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        """As if the window were drawn larger or smaller."""
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def end(self, seconds: float = SECONDS) -> int:
        """Its exit status, once it has ended by itself."""
        end = time.monotonic() + seconds
        while self.read(0.2):
            assert time.monotonic() < end, f"it doesn't end:\n{self.text}"
        self.process.close()
        assert self.process.signalstatus is None, f"ended by signal {self.process.signalstatus}"
        return self.process.exitstatus
