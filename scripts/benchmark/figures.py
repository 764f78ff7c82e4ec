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
import urllib.request
from dataclasses import dataclass

from .servers import STORIES

TOKENS = 200  # of each stream; eight of them fit the demo model's context
MARK = b'"stop":false'  # one in each token's chunk
PREFIX_TOKENS = 1500  # that eight requests share, and that a long prompt has


@dataclass
class Load:
    rate: float  # requests per second
    p50: float  # milliseconds
    p99: float
    errors: int


def load(url: str, connections: int, seconds: int, path: str = "/tokenize") -> Load:
    """POST /tokenize with a chat line's text, or GET of another path, by wrk."""
    command = ["wrk", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s", "--latency"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if path == "/tokenize":
            body = json.dumps({"model": STORIES, "content": "Tell me a story about a cat."})
            script.write(
                f"wrk.method = 'POST'\nwrk.body = [==[{body}]==]\nwrk.headers['Content-Type'] = 'application/json'\n"
            )
            script.flush()
            command += ["-s", script.name]
        output = subprocess.run([*command, f"{url}{path}"], capture_output=True, text=True, check=True).stdout
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


class Body:
    """An answer's body, out of the chunks that HTTP/1.1 sends it in; they begin and end anywhere in it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._raw = bytearray()
        self._is_head = True

    def add(self, block: bytes) -> bool:
        """Takes what a socket gave; false at its end."""
        self._raw += block
        if self._is_head:
            end = self._raw.find(b"\r\n\r\n")
            if end < 0:
                return bool(block)
            del self._raw[: end + 4]
            self._is_head = False
        while (end := self._raw.find(b"\r\n")) >= 0:
            size = int(self._raw[:end], 16)
            if len(self._raw) < end + 4 + size:
                break
            self.data += self._raw[end + 2 : end + 2 + size]
            del self._raw[: end + 4 + size]
        return bool(block)


def first_token(url: str, model: str) -> float:
    """Seconds from the request to the first chunk with content."""
    body = {
        "model": model, "stream": True, "max_tokens": 8, "temperature": 0,
        "messages": [{"role": "user", "content": "Hello!"}],
    }
    return first_sign(url, "/v1/chat/completions", body, b'"content":"', b"[DONE]")


def first_byte(url: str, model: str) -> float:
    """Seconds from the request to the first token of a model that says nothing."""
    return first_sign(url, "/completion", completion("One day", 1) | {"model": model}, b"data:", b'"stop":true')


def first_sign(url: str, path: str, body: dict, sign: bytes, end: bytes) -> float:
    """Seconds until a stream has brought `sign`; the stream is read up to `end`."""
    return first_sign_and_all(url, path, body, sign, end)[0]


def first_sign_and_all(url: str, path: str, body: dict, sign: bytes, end: bytes) -> tuple[float, str]:
    """The same, and all that the stream has brought."""
    started = time.perf_counter()
    answer = Body()
    with open_stream(url, path, body) as connection:
        while sign not in answer.data:
            if not answer.add(connection.recv(65536)):
                raise SystemExit(f"bench: {url} gave no token: {bytes(answer.data[:500])!r}")
        seconds = time.perf_counter() - started
        while end not in answer.data and answer.add(connection.recv(65536)):
            pass
    return seconds, bytes(answer.data).decode(errors="replace")


def completion(prompt: str | list[int], tokens: int, cached: bool = False) -> dict:
    """A streamed completion that has exactly so many tokens."""
    return {
        "model": STORIES, "prompt": prompt, "n_predict": tokens, "ignore_eos": True, "stream": True, "cache_prompt": cached,
    }


@dataclass
class Stream:
    """One answer on its way: when each of its chunks came."""

    name: str
    body: Body
    times: list[float]
    ended: bool = False


def follow(url: str, bodies: dict[str, dict], later: tuple[str, dict, int] | None = None) -> tuple[float, list[Stream]]:
    """Sends requests at once and reads them all to the end.

    `later` is one more: its name, its body, and how many chunks the first stream has when it is sent. Gives the time at
    which all began (the later one's `times` begin with its own), and the streams in the order in which they were sent.
    """
    selector = selectors.DefaultSelector()
    streams = []

    def send(name: str, body: dict) -> Stream:
        stream = Stream(name, Body(), [])
        selector.register(open_stream(url, "/completion", body), selectors.EVENT_READ, stream)
        streams.append(stream)
        return stream

    started = time.perf_counter()
    for name, body in bodies.items():
        send(name, body)
    while not all(stream.ended for stream in streams):
        ready = selector.select(300)
        if not ready:
            raise SystemExit(f"bench: {url} has been silent for five minutes")
        for key, _ in ready:
            stream = key.data
            data = stream.body.data
            # Looked at once each: a mark that two blocks share begins in the last bytes of the first.
            start = max(0, len(data) - len(MARK) + 1)
            goes_on = stream.body.add(key.fileobj.recv(65536))
            stream.times.extend([time.perf_counter()] * data.count(MARK, start))
            tail = bytes(data[-4096:])
            if not goes_on or b'"stop":true' in tail:
                if b'"stop":true' not in tail:
                    raise SystemExit(f"bench: {url} cut a stream off: {tail[-300:]!r}")
                stream.ended = True
                selector.unregister(key.fileobj)
                key.fileobj.close()
        if later and len(streams[0].times) >= later[2]:
            sent = time.perf_counter()
            send(later[0], later[1]).times.append(sent)
            later = None
    return started, streams


def tokens_per_second(url: str, streams: int, tokens: int = TOKENS) -> float:
    """Tokens of all streams together, from the first request to the last byte."""
    bodies = {str(index): completion(f"Once upon a time {index}", tokens) for index in range(streams)}
    started, answers = follow(url, bodies)
    return sum(len(answer.times) for answer in answers) / (max(answer.times[-1] for answer in answers) - started)


def together(url: str, models: list[str], tokens: int = TOKENS) -> float:
    """Tokens per second of one stream for each model, all at once, as long as each of them runs."""
    bodies = {model: completion("Once upon a time", tokens) | {"model": model} for model in models}
    started, answers = follow(url, bodies)
    first_end = min(answer.times[-1] for answer in answers)
    return sum(sum(time <= first_end for time in answer.times) for answer in answers) / (first_end - started)


def long_prompt(url: str, tokens: int, seed: int) -> str:
    """A text of about so many tokens, another one for each seed."""
    words = [f"{(seed * 7919 + index * 104729) % 1000}" for index in range(tokens)]
    text = " ".join(words)
    request = urllib.request.Request(
        f"{url}/tokenize", json.dumps({"model": STORIES, "content": text}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        count = len(json.load(response)["tokens"])
    return " ".join(words[: max(1, len(words) * tokens // count)])


def shared_prefix(url: str, seed: int, requests: int = 8) -> float:
    """Seconds from sending eight requests with one long prefix to the last one's first token."""
    prefix = long_prompt(url, PREFIX_TOKENS, seed)
    bodies = {str(index): completion(f"{prefix} And so {index}", 2, cached=True) for index in range(requests)}
    started, answers = follow(url, bodies)
    return max(answer.times[0] for answer in answers) - started


def long_beside_streams(url: str, seed: int, tokens: int, streams: int = 7) -> tuple[float, float]:
    """A long prompt beside running streams: their longest gap between tokens, and its own time to first token, in seconds."""
    prompt = long_prompt(url, PREFIX_TOKENS, seed)
    bodies = {str(index): completion(f"Once upon a time {index}", tokens) for index in range(streams)}
    _, answers = follow(url, bodies, later=("long", completion(prompt, 2), 10))
    late = answers[-1]
    sent, first = late.times[0], late.times[1]
    gaps = [
        after - before
        for answer in answers[:-1]
        for before, after in zip(answer.times, answer.times[1:])
        if after > sent and before < first
    ]
    return max(gaps), first - sent


def seconds_of_get(url: str) -> float:
    """How long a whole answer takes, on a connection of its own."""
    begin = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as response:
        response.read()
    return time.perf_counter() - begin
