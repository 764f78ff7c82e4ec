# SPDX-License-Identifier: MIT
"""The container image: built by podman on a fresh Debian 13, and run, with images and containers in a folder that is thrown away."""

import contextlib
import os
import resource
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from releasecheck.checks import MODEL, ROOT, expect
from releasecheck.systems import System, command, make_root

# What packaging/Containerfile builds on; here it is the fresh system under that name, so no registry is asked.
BASE, IMAGE = "docker.io/library/debian:13-slim", "enginehouse"
# Limits that podman asks for by default; more than its own not even root may give without CAP_SYS_RESOURCE.
LIMITS = {"nofile": (resource.RLIMIT_NOFILE, 1 << 20), "nproc": (resource.RLIMIT_NPROC, 4096)}


class Containers:
    """podman with a storage of its own."""

    def __enter__(self) -> "Containers":
        self.folder = Path(tempfile.mkdtemp(prefix="eh-containers-"))
        # crun refuses a machine whose control groups are of both versions: podman gets a mount namespace with the first alone.
        hide = "if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi; echo; exec cat"
        self.namespace = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", hide],
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            if not self.namespace.stdout.readline():
                raise OSError("no mount namespace for podman")
            self._import()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.namespace.poll() is None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self.podman("rm", "--all", "--force", "--volumes", check=False)
            self.namespace.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _words(self, words: tuple[str, ...]) -> list[str]:
        folders = [f"--root={self.folder}/storage", f"--runroot={self.folder}/run", f"--tmpdir={self.folder}/state"]
        return ["nsenter", f"--target={self.namespace.pid}", "--mount", "--", "podman", *folders, "--cgroup-manager=cgroupfs", *words]

    def podman(self, *words: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess:
        """Runs podman."""
        return command(*self._words(words), check=check, timeout=timeout)

    def _import(self) -> None:
        with subprocess.Popen(["tar", "-C", str(make_root("trixie")), "-c", "."], stdout=subprocess.PIPE) as files:
            command(*self._words(("import", "--quiet", "-", BASE)), stdin=files.stdout, timeout=300)

    def build(self, file: Path, dist: Path) -> str:
        """Builds the image as docs/install.md has it, with the machine's network for apt; its size for people."""
        here = ("--isolation=chroot", "--network=host", "--format=docker")
        self.podman("build", *here, "-t", IMAGE, "-f", str(file), str(dist), timeout=900)
        return self.podman("images", "--format", "{{.Size}}", IMAGE).stdout.strip()

    @contextlib.contextmanager
    def running(self, port: int, *options: str, name: str = "eh") -> Iterator[str]:
        """A container of the image, reached by a port of this machine."""
        limits = [f"--ulimit={kind}={least}:{least}" for kind, (number, most) in LIMITS.items() for least in [_least(number, most)]]
        self.podman("run", "--detach", "--name", name, *limits, f"--publish=127.0.0.1:{port}:8080", *options, IMAGE)
        try:
            yield name
        finally:
            self.podman("rm", "--force", "--volumes", name, check=False)

    def inside(self, name: str, *words: str) -> str:
        """What a program says in a container that runs."""
        return self.podman("exec", name, *words, timeout=60).stdout.strip()

    def value(self, name: str, template: str) -> str:
        """A fact about a container."""
        return self.podman("inspect", "--format", template, name).stdout.strip()


def _least(number: int, most: int) -> int:
    hard = resource.getrlimit(number)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def is_here() -> bool:
    """Whether podman is on this machine, and may be used."""
    return shutil.which("podman") is not None and os.geteuid() == 0


def status(port: int, path: str, key: str | None = None) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def container_serves(dist: Path) -> str:
    """The image is built and run as docs/install.md says."""
    port, key = 18080, ("-e", "LLAMA_API_KEY=secret")
    with Containers() as here:
        size = here.build(ROOT / "packaging/Containerfile", dist)
        with here.running(port) as name:
            System.wait_until(lambda: here.value(name, "{{.State.Status}}") == "exited", "a server without a key ends", 30)
            said = here.podman("logs", name)
            expect("key" in said.stderr + said.stdout, f"without a key it says {said.stderr}{said.stdout}")
        with here.running(port, *key) as name:
            # What the image's HEALTHCHECK asks.
            System.wait_until(lambda: here.podman("healthcheck", "run", name, check=False).returncode == 0, "a sound server", 60)
            expect(status(port, "/v1/models") == 401, "a request without the key is answered")
            expect(status(port, "/v1/models", "secret") == 200, "a request with the key is refused")
            text = here.inside(name, "enginehouse", "chat", MODEL, "What is the capital of France?")
            expect("Paris" in text, f"the chat says {text!r}")
            user = here.inside(name, "id", "-un")
            expect(user == "enginehouse", f"it runs as {user}")
            here.inside(name, "sh", "-c", "touch /var/lib/enginehouse/hub-is-writable")
            here.podman("stop", "--time", "60", name)
            expect(here.value(name, "{{.State.ExitCode}}") == "0", f"it ends with {here.value(name, '{{.State.ExitCode}}')}")
    return f"{size}, sound by its health check; chat: {text!r}"
