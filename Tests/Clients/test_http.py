# SPDX-License-Identifier: MIT
"""HTTP as clients, proxies and browsers speak it, against the real programs: headers, and how connections go on."""

import gzip
import json
import signal
import socket
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import Router, Worker

BODY = {"model": TINY, "prompt": "Once", "max_tokens": 2}


def port(router: Router) -> int:
    """The port that it listens on."""
    return httpx.URL(router.address).port


def read_answer(connection: socket.socket, received: bytes = b"") -> tuple[int, bytes]:
    """The status and the body of one answer with a length."""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65_536)
        assert part, received
        received += part
    head, body = received.split(b"\r\n\r\n", 1)
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += connection.recv(65_536)
    return int(head.split()[1]), body


@pytest.mark.parametrize("fields", [
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    "Connection: upgrade\r\nUpgrade: websocket\r\n",
])
def test_an_upgrade_is_ignored(shared_router: Router, fields: str) -> None:
    """C6: Java's HttpClient and nginx with a websocket snippet."""
    text = json.dumps(BODY)
    request = (f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: {len(text)}\r\n\r\n{text}")
    with socket.create_connection(("127.0.0.1", port(shared_router)), timeout=30) as connection:
        for _ in range(3):
            connection.sendall(request.encode())
            assert read_answer(connection)[0] == 200
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(connection) == (200, b'{"status":"ok"}')


@pytest.mark.parametrize("path", ["/", "/health", "/v1/models", "/metrics"])
def test_head(shared_router: Router, path: str) -> None:
    """F06, C2: wget --spider, monitors, load balancers."""
    with shared_router.http() as http:
        answer = http.head(path)
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) > 0
        assert http.get("/health").json() == {"status": "ok"}


def test_another_method(shared_router: Router) -> None:
    with shared_router.http() as http:
        answer = http.get("/v1/chat/completions")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "OPTIONS, POST"
        assert http.post("/health").status_code == 405


@pytest.mark.parametrize("coding, pack", [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)])
def test_packed_bodies(shared_router: Router, coding: str, pack: Callable[[bytes], bytes]) -> None:
    """F19."""
    with shared_router.http() as http:
        answer = http.post("/v1/completions", content=pack(json.dumps(BODY).encode()),
                           headers={"Content-Type": "application/json", "Content-Encoding": coding})
        assert answer.status_code == 200


def test_unknown_packings(shared_router: Router) -> None:
    with shared_router.http() as http:
        answer = http.post("/v1/completions", content=b"x", headers={"Content-Encoding": "zstd"})
        assert answer.status_code == 415
        assert "content-encoding 'zstd'" in answer.json()["error"]["message"]
        assert answer.headers["accept-encoding"] == "gzip, deflate"


def test_a_worker_by_itself(worker: Callable[..., Worker]) -> None:
    with worker(model=TINY).wait_until_ready().http() as http:
        packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        body = gzip.compress(json.dumps({"content": "Once"}).encode())
        assert http.post("/tokenize", content=body, headers=packed).json()["tokens"]
        assert http.post("/tokenize", content=b"\xef\xbb\xbf" + b'{"content":"x"}').status_code == 200
        assert http.post("/tokenize", content=b"{}", headers={"Content-Encoding": "br"}).status_code == 415
        assert http.post("/tokenize", content=b"{}", headers=packed).status_code == 400
        answer = http.get("/tokenize")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        upgrade = {"Connection": "Upgrade", "Upgrade": "h2c"}
        for _ in range(2):
            assert http.get("/health", headers=upgrade).status_code == 200


def test_a_port_that_there_is_not(router: Callable[..., Router]) -> None:
    """D1: it ended the router."""
    with router("--ui-mcp-proxy").http() as http:
        for number in ("99999", "0", "65536", "99999999999999999999"):
            assert http.get(f"/cors-proxy?url=http://127.0.0.1:{number}/").status_code == 400
        assert http.get("/health").status_code == 200


def test_a_stream_whose_worker_dies(router: Callable[..., Router]) -> None:
    """D11: the event says why, and the end is none."""
    running = router()
    text = json.dumps({"model": STORIES, "prompt": "Once", "max_tokens": 100_000, "ignore_eos": True, "stream": True})
    with socket.create_connection(("127.0.0.1", port(running)), timeout=60) as connection:
        head = f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(text)}\r\n\r\n"
        connection.sendall((head + text).encode())
        received = b""
        while received.count(b"data: ") < 3:
            received += connection.recv(65_536)
        running.workers[0].kill(signal.SIGKILL)
        while part := connection.recv(65_536):
            received += part
    assert b'data: {"error":' in received
    assert not received.endswith(b"0\r\n\r\n")


def test_keys_are_read_again(router: Callable[..., Router], tmp_path: Path) -> None:
    """D16: SIGHUP; a file that is no good changes nothing."""
    keys = tmp_path / "keys"
    keys.write_text("old\n")
    running = router("--api-key-file", str(keys))
    with running.http() as http:
        def status(key: str) -> int:
            return http.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code

        assert (status("old"), status("new")) == (200, 401)
        keys.write_text("new\n")
        running.process.send_signal(signal.SIGHUP)
        eventually(lambda: status("new") == 200, "the new key opens")
        assert status("old") == 401
        keys.write_text("")
        running.process.send_signal(signal.SIGHUP)
        eventually(lambda: "The API keys stay as they were" in running.said, "the log says so")
        assert status("new") == 200


def test_many_long_bodies(router: Callable[..., Router]) -> None:
    """D5: what is over the memory for bodies gets 503, and the next one goes through."""
    running = router("--body-memory", "8", "--body-memory-client", "4")
    body = b'{"model":"nobody","prompt":"' + b"x" * (3 << 20)
    head = f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 2}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port(running)), timeout=30) as first:
        first.sendall(head + body)
        with running.http() as http:
            long = body + b'"}'
            eventually(lambda: http.post("/v1/completions", content=long).status_code == 503, "the memory is full")
            assert http.post("/v1/completions", json={"model": "nobody"}).status_code == 400
        first.sendall(b'"}')
        assert read_answer(first)[0] == 400
    with running.http() as http:
        eventually(lambda: http.post("/v1/completions", content=long).status_code == 400, "there is room again")


def test_other_sites_only_look(shared_router: Router) -> None:
    """D7: images and links of other sites' pages."""
    other = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    with shared_router.http() as http:
        for path in (f"/props?model={TINY}&autoload=1", "/v1/models?reload=1", "/models?reload=1"):
            assert http.get(path, headers=other).status_code == 403
        assert http.get("/v1/models", headers=other).status_code == 200


def test_given_hosts_count_everywhere(router: Callable[..., Router]) -> None:
    """D8."""
    with router("--host", "0.0.0.0", "--insecure", "--allowed-hosts", "good.example").http() as http:
        assert http.get("/v1/models", headers={"Host": "good.example"}).status_code == 200
        assert http.get("/v1/models", headers={"Host": "evil.example"}).status_code == 403


def test_a_page_with_a_key_passes_the_preflight(router: Callable[..., Router]) -> None:
    """C25."""
    with router("--api-key", "k", "--cors-origins", "vscode-webview://*").http() as http:
        asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        for origin in ("app://obsidian.md", "vscode-webview://0123"):
            answer = http.options("/v1/chat/completions", headers={"Origin": origin} | asks)
            assert answer.headers["access-control-allow-origin"] == origin
            answer = http.get("/v1/models", headers={"Origin": origin, "Authorization": "Bearer k"})
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
