# SPDX-License-Identifier: MIT
"""A supervisor as systemd is one: it listens, passes its socket on, takes notices, and starts the next process on the same socket."""

import os
import socket
import sys
import threading
import time
from pathlib import Path

from processes import eventually
from programs import STOP_SECONDS, Program

# The socket has to be descriptor 3, and the number of the process stands in its environment.
BECOME = ("import os, sys\n"
          "os.dup2(int(sys.argv[1]), 3)\n"
          "os.environ['LISTEN_PID'] = str(os.getpid())\n"
          "os.execv(sys.argv[2], sys.argv[2:])\n")


class Supervisor:
    """A listening socket on loopback and a socket for notices."""

    def __init__(self, binaries: Path, models: Path, folder: Path) -> None:
        self.program = str(binaries / "enginehouse")
        self.models = models
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.address = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.path = str(folder / "notify")
        self.mailbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.mailbox.bind(self.path)
        self.notices: list[tuple[float, str]] = []
        self.started: list[Program] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                text = self.mailbox.recv(4096).decode()
            except OSError:
                return
            self.notices += [(time.monotonic(), line) for line in text.split("\n")]

    def count(self, notice: str) -> int:
        """How often it was told that."""
        return sum(line == notice for _, line in self.notices)

    def spawn(self, *arguments: str, **environment: str) -> Program:
        """Starts a router on the socket; doesn't wait for it."""
        own = {"NOTIFY_SOCKET": self.path, "LISTEN_FDS": "1"} | environment
        command = [sys.executable, "-c", BECOME, str(self.socket.fileno()), self.program, "--models-dir", str(self.models), *arguments]
        self.started.append(Program(command, own, pass_fds=(self.socket.fileno(),)))
        return self.started[-1]

    def start(self, *arguments: str, **environment: str) -> Program:
        """Starts a router on the socket, and waits until it says that it is ready."""
        before = self.count("READY=1")
        program = self.spawn(*arguments, **environment)
        eventually(lambda: self.count("READY=1") > before, f"READY=1 from\n{program.said}", 20)
        return program

    def stop(self) -> None:
        """Ends everything."""
        try:
            for program in self.started:
                if program.process.poll() is None:
                    program.process.terminate()
                    program.wait(STOP_SECONDS)
                eventually(lambda: not program.remains(), f"nothing remains of\n{program.said}", 5)
        finally:
            for program in self.started:
                program.destroy()
            self.socket.close()
            self.mailbox.close()
            os.unlink(self.path)
