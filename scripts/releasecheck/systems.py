# SPDX-License-Identifier: MIT
"""Fresh Debian systems: made once by debootstrap, started in a container of their own, with an overlay that is thrown away."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Programs, and the packages that bring them.
NEEDED = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nsenter": "util-linux",
          "qemu-x86_64": "qemu-user", "dpkg-deb": "dpkg"}
# What the package depends on, what a service needs, and for the newest the software driver of Vulkan: later there is no
# network to fetch it.
PACKAGES = ["systemd", "systemd-sysv", "init-system-helpers", "procps", "libgomp1", "libstdc++6"]
DRIVERS = {"trixie": ["libvulkan1", "mesa-vulkan-drivers"]}
START_SECONDS = 180
ASKING = Path(__file__).with_name("asking.py")


def command(*words: str, timeout: float = 60, check: bool = True, **options) -> subprocess.CompletedProcess:
    """Runs a program to its end; what it said is part of the error."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False, **options)
    if check and done.returncode != 0:
        raise OSError(f"{' '.join(words[:6])} ended with {done.returncode}: {(done.stderr + done.stdout)[-600:]}")
    return done


def roots() -> Path:
    """Where the systems are kept."""
    folder = Path(os.environ.get("ENGINEHOUSE_ROOTS") or Path.home() / ".cache/enginehouse/roots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_root(suite: str) -> Path:
    """A fresh system as files; the first time it is fetched, which takes some minutes."""
    root = roots() / suite
    if not root.exists():
        print(f"release-check: making a Debian {suite} in {root}", file=sys.stderr)
        part = roots() / f"{suite}.part"
        shutil.rmtree(part, ignore_errors=True)
        names = ",".join(PACKAGES + DRIVERS.get(suite, []))
        # Without a mirror it asks Debian's own.
        mirror = os.environ.get("DEBIAN_MIRROR")
        command("debootstrap", "--variant=minbase", f"--include={names}", suite, str(part), *([mirror] if mirror else []), timeout=3600)
        for archive in (part / "var/cache/apt/archives").glob("*.deb"):
            archive.unlink()
        part.rename(root)
    return root


@dataclass
class Loop:
    """Requests that go on beside what a check does."""

    process: subprocess.Popen
    counts: dict = field(default_factory=dict)

    def result(self) -> tuple[int, int, float, list[str]]:
        """Answered and lost requests, the longest time that one took in seconds, and why the first ones were lost."""
        return self.counts["answered"], self.counts["lost"], self.counts["slowest"], self.counts["why"]


class System:
    """A system that runs, with its own process 1, and no network but loopback."""

    def __init__(self, suite: str, packages: list[Path]) -> None:
        self.suite = suite
        self.packages = packages
        self.leader = 0

    def __enter__(self) -> "System":
        self.folder = Path(tempfile.mkdtemp(prefix="eh-system-"))
        self.path = self.folder / "root"
        for name in ("root", "upper", "work", "packages"):
            (self.folder / name).mkdir()
        for package in self.packages:
            shutil.copy(package, self.folder / "packages")
        layers = f"lowerdir={make_root(self.suite)},upperdir={self.folder}/upper,workdir={self.folder}/work"
        command("mount", "-t", "overlay", "overlay", "-o", layers, str(self.path))
        self.log = open(self.folder / "log", "w+b")
        # With the control groups of version 2 alone, as both systems have them.
        environment = os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        self.process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.path}", "--private-network", "--register=no", "--keep-unit",
             f"--bind-ro={self.folder}/packages:/packages", f"--machine=eh-{os.getpid()}-{self.suite}", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        try:
            self.wait_until(self._has_started, f"the start of Debian {self.suite}", START_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            # To a container's process 1 that means: halt.
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        command("umount", "--lazy", str(self.path), check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _has_started(self) -> bool:
        if self.process.poll() is not None:
            raise OSError(f"Debian {self.suite} doesn't start: {self.said()}")
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            return False
        self.leader = int(children[0])
        done = self.run("systemctl", "is-system-running", check=False)
        return done.stdout.strip() in ("running", "degraded")

    def summary(self) -> str:
        """What it runs, for people."""
        name = self.run("sh", "-c", ". /etc/os-release; echo $PRETTY_NAME").stdout.strip()
        return f"{name}, {self.run('systemctl', '--version').stdout.splitlines()[0]}"

    def said(self) -> str:
        """The end of what it wrote on its console."""
        return (self.folder / "log").read_text(errors="replace")[-800:]

    def _inside(self, words: tuple[str, ...], environment: dict[str, str] | None = None) -> list[str]:
        own = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
               "DEBIAN_FRONTEND": "noninteractive"} | (environment or {})
        enter = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
        return [*enter, "env", "-i", *(f"{name}={value}" for name, value in own.items()), *words]

    def run(self, *words: str, check: bool = True, timeout: float = 180,
            environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        """Runs a program in it, as root."""
        return command(*self._inside(words, environment), check=check, timeout=timeout)

    @contextlib.contextmanager
    def program(self, *words: str, environment: dict[str, str] | None = None) -> Iterator[Callable[[], str]]:
        """A program that runs meanwhile; yields what gives its output so far."""
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(self._inside(words, environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

            def said() -> str:
                return os.pread(output.fileno(), 1 << 20, 0).decode(errors="replace")

            try:
                yield said
            finally:
                # nsenter waits for its child, which alone has the signal's meaning.
                self.run("pkill", "-TERM", "-f", words[0] + " ", check=False)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _asking(self, *words: str) -> list[str]:
        return ["nsenter", f"--target={self.leader}", "--net", "--", sys.executable, str(ASKING), *words]

    def chat(self, model: str, port: int) -> str:
        """The text of a chat with a server in it."""
        return command(*self._asking("chat", model, str(port)), timeout=300).stdout.strip()

    def tokens(self, model: str, port: int) -> list[tuple[str, dict[str, float]]]:
        """The tokens of a chat, each with the logarithms of the likeliest ones' probabilities."""
        return json.loads(command(*self._asking("tokens", model, str(port)), timeout=300).stdout)

    @contextlib.contextmanager
    def asking(self, model: str, port: int) -> Iterator[Loop]:
        """Chats in a loop, from beginning to end of the block."""
        loop = Loop(subprocess.Popen(self._asking("loop", model, str(port)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        try:
            yield loop
            said, _ = loop.process.communicate(timeout=300)
            loop.counts = json.loads(said)
        finally:
            loop.process.kill()
            loop.process.wait()

    def main_pid(self) -> int:
        """The number of the service's process in it; 0 for none."""
        return int(self.run("systemctl", "show", "--property=MainPID", "--value", "enginehouse.service").stdout.strip() or 0)

    def files(self) -> list[str]:
        """All of its own files without folders, and without what the kernel and systemd make up."""
        done = self.run("find", "/", "-xdev", "(", "-path", "/proc", "-o", "-path", "/sys", "-o", "-path", "/run", "-o", "-path", "/tmp",
                        "-o", "-path", "/packages", ")", "-prune", "-o", "!", "-type", "d", "-print")
        return done.stdout.splitlines()

    def wait_for(self, *words: str, seconds: float = 60) -> None:
        """Until a program in it ends well."""
        self.wait_until(lambda: self.run(*words, check=False).returncode == 0, " ".join(words), seconds)

    @staticmethod
    def wait_until(condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Until a condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise OSError(f"after {seconds:.0f} s still not: {what}")
            time.sleep(0.3)
