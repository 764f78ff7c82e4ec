# SPDX-License-Identifier: MIT
"""Devices of other machines, by llama.cpp's RPC: two servers on this one stand for them. They are real devices to the engine, so that what
holds for several GPUs is tried with them too."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import STORIES
from programs import Router, Worker
from test_memory import measured
from test_worker_options import complete


def answers(address: str) -> bool:
    """Whether a server takes connections there."""
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


class DeviceServers:
    """`enginehouse-worker --rpc-server`, some of them."""

    def __init__(self, binaries: Path, count: int) -> None:
        self.binaries = binaries
        self.addresses = []
        for _ in range(count):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.addresses.append(f"127.0.0.1:{free.getsockname()[1]}")
        self.processes = [self._start(address) for address in self.addresses]

    def _start(self, address: str) -> subprocess.Popen:
        command = [str(self.binaries / "enginehouse-worker"), "--rpc-server", address, "-t", "1"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 30
        while not answers(address):
            assert process.poll() is None and time.monotonic() < end, "it does not serve"
            time.sleep(0.02)
        return process

    @property
    def option(self) -> str:
        """What --rpc takes."""
        return ",".join(self.addresses)

    def kill(self, place: int) -> None:
        """One machine is gone."""
        self.processes[place].send_signal(signal.SIGKILL)
        self.processes[place].wait()

    def restart(self, place: int) -> None:
        """It is there again."""
        self.processes[place] = self._start(self.addresses[place])

    def stop(self) -> None:
        """Ends all of them."""
        for process in self.processes:
            process.kill()
            process.wait()
            process.stderr.close()


@pytest.fixture
def machines(binaries: Path) -> Iterator[DeviceServers]:
    """Two other machines."""
    servers = DeviceServers(binaries, 2)
    yield servers
    servers.stop()


def shares(event: dict) -> dict[str, int]:
    """Bytes of weights by device, of those of other machines."""
    return {device["id"]: device["weights_bytes"] for device in event["measured"]["devices"] if device["id"] != "host"}


def test_a_model_on_two_machines_says_the_same(
    machines: DeviceServers, worker: Callable[..., Worker], shared_worker: Worker
) -> None:
    program = worker("-c", "512", "--parallel", "1", "--rpc", machines.option).wait_until_ready()
    assert complete(program)["content"] == complete(shared_worker)["content"]


@pytest.mark.parametrize("budgets", ["RPC0=900M,RPC1=300M", "RPC0=300M,RPC1=900M", "RPC0=600M,RPC1=600M"])
def test_a_split_has_the_shape_that_was_measured(
    machines: DeviceServers, binaries: Path, bundled: Path, worker: Callable[..., Worker], budgets: str
) -> None:
    """In proportion to what models may take of each device, whatever is free of it then."""
    arguments = ("-c", "512", "--rpc", machines.option)
    model = ("-m", str(bundled / f"{STORIES}.gguf"))
    bounded = (*arguments, "--memory-budget", budgets, "--fit", "off")
    dry = shares(measured(binaries, *model, *bounded))
    assert set(dry) == {"RPC0", "RPC1"} and all(dry.values())
    first, second = (int(part.split("=")[1][:-1]) for part in budgets.split(","))
    if first != second:
        # The second one has the output's weights besides, which may be more than a layer's.
        equal = shares(measured(binaries, *model, *arguments))
        assert (dry["RPC0"] > equal["RPC0"]) == (first > second)
    # A server has one client at a time.
    program = worker(*bounded).wait_until_ready()
    assert shares(program.events[-1]) == dry


def test_proportions_by_hand_come_first(machines: DeviceServers, binaries: Path, bundled: Path) -> None:
    model = str(bundled / f"{STORIES}.gguf")
    dry = shares(measured(binaries, "-m", model, "--rpc", machines.option, "--memory-budget", "RPC0=1M,RPC1=900M", "-ts", "1,0"))
    assert dry["RPC1"] == 0 < dry["RPC0"]


def test_a_machine_that_dies_costs_the_request_and_not_the_model(
    machines: DeviceServers, binaries: Path, router: Callable[..., Router], bundled: Path, tmp_path: Path
) -> None:
    preset = tmp_path / "far.ini"
    preset.write_text(f"[far]\nmodel = {bundled}/{STORIES}.gguf\nctx-size = 512\nrpc = {machines.option}\n")
    program = router("--models-preset", str(preset))
    body = {"model": "far", "prompt": "Once", "max_tokens": 8, "temperature": 0}
    with program.http() as http:
        before = http.post("/v1/completions", json=body)
        assert before.status_code == 200, before.text
        machines.kill(1)
        broken = http.post("/v1/completions", json=body)
        assert broken.status_code >= 500 and broken.json()["error"]["message"]
        again = http.post("/v1/completions", json=body)
        assert again.status_code >= 500
        assert f"the RPC server '{machines.addresses[1]}' cannot be reached" in again.json()["error"]["message"], again.text
        machines.restart(1)
        after = http.post("/v1/completions", json=body)
        end = time.monotonic() + 30
        while after.status_code != 200 and time.monotonic() < end:
            # The router waits a while after a failed load.
            time.sleep(float(after.headers.get("Retry-After", "0.2")))
            after = http.post("/v1/completions", json=body)
        assert after.json()["choices"][0]["text"] == before.json()["choices"][0]["text"]


@pytest.mark.parametrize("address, reason", [
    ("nowhere", "must be HOST:PORT, such as 127.0.0.1:50052, not 'nowhere'"), ("127.0.0.1:0", "must be HOST:PORT"),
    ("127.0.0.1:70000", "must be HOST:PORT"), ("192.0.2.1:50052", "it cannot listen on 192.0.2.1:50052"),
])
def test_an_address_that_cannot_be_served_is_said(binaries: Path, address: str, reason: str) -> None:
    done = subprocess.run([binaries / "enginehouse-worker", "--rpc-server", address], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and reason in done.stderr, done.stderr
