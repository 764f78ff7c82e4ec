# SPDX-License-Identifier: MIT
"""Takes the figures: load by wrk, first tokens and token rates by plain sockets."""

import json
import re
import selectors
import socket
import subprocess
import tempfile
import time
import urllib.parse
from dataclasses import dataclass

from .servers import STORIES

TOKENS = 200  # of each stream; eight of them fit the demo model's context


@dataclass
class Load:
    rate: float  # requests per second
    p50: float  # milliseconds
    p99: float
    errors: int


def load(url: str, connections: int, seconds: int) -> Load:
    """POST /tokenize with a chat line's text, by wrk."""
    body = json.dumps({"model": STORIES, "content": "Tell me a story about a cat."})
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(
            f"wrk.method = 'POST'\nwrk.body = [==[{body}]==]\nwrk.headers['Content-Type'] = 'application/json'\n"
        )
        script.flush()
        command = ["wrk", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s", "--latency", "-s"]
        output = subprocess.run([*command, script.name, f"{url}/tokenize"], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    errors = int(bad.group(1)) if bad else 0
    errors += sum(map(int, socket_errors.groups())) if socket_errors else 0
    return Load(
        float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)),
        milliseconds(re.search(r"^\s+50%\s+(\S+)", output, re.M).group(1)),
        milliseconds(re.search(r"^\s+99%\s+(\S+)", output, re.M).group(1)),
        errors,
    )


def milliseconds(text: str) -> float:
    """wrk's 12.3us, 4.5ms or 1.2s."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def open_stream(url: str, path: str, body: dict) -> socket.socket:
    """Sends a request; the answer is the caller's to read."""
    address = urllib.parse.urlparse(url)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    return connection


def first_token(url: str, model: str) -> float:
    """Seconds from the request to the first chunk with content."""
    started = time.perf_counter()
    body = {
        "model": model, "stream": True, "max_tokens": 8, "temperature": 0,
        "messages": [{"role": "user", "content": "Hello!"}],
    }
    received = b""
    with open_stream(url, "/v1/chat/completions", body) as connection:
        while b'"content":"' not in received:
            block = connection.recv(65536)
            if not block:
                raise SystemExit(f"bench: {url} gave no token: {received[:500]!r}")
            received += block
        seconds = time.perf_counter() - started
        while b"[DONE]" not in received and (block := connection.recv(65536)):
            received += block
    return seconds


def tokens_per_second(url: str, streams: int) -> float:
    """Tokens of all streams together, from the first request to the last byte."""
    started = time.perf_counter()
    selector = selectors.DefaultSelector()
    for index in range(streams):
        body = {
            "model": STORIES, "prompt": f"Once upon a time {index}", "n_predict": TOKENS, "ignore_eos": True,
            "stream": True, "cache_prompt": False,
        }
        selector.register(open_stream(url, "/completion", body), selectors.EVENT_READ, bytearray())
    left = streams
    tokens = 0
    while left:
        for key, _ in selector.select(60):
            block = key.fileobj.recv(65536)
            key.data.extend(block)
            tail = bytes(key.data[-4096:])
            if not block or b'"stop":true' in tail:
                if b'"stop":true' not in tail:
                    raise SystemExit(f"bench: {url} cut a stream off: {tail[-300:]!r}")
                tokens += key.data.count(b'"stop":false')
                selector.unregister(key.fileobj)
                key.fileobj.close()
                left -= 1
    return tokens / (time.perf_counter() - started)
