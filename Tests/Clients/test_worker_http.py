# SPDX-License-Identifier: MIT
"""HTTP as a worker speaks it, byte by byte: requests in pieces, in one go, too large, half closed, and in HTTP/1.0."""

import email.utils
import json
import re
import socket
import struct
import time
import urllib.parse
from collections.abc import Callable, Iterator

import pytest

from processes import eventually
from programs import Worker

BODY = json.dumps({"content": "Once upon a time"}).encode()


def request(method: str, path: str, body: bytes = b"", version: str = "1.1", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: localhost", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """A socket to a worker, and what it has sent so far."""

    def __init__(self, worker: Worker) -> None:
        address = urllib.parse.urlparse(worker.address)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def more(self) -> bool:
        data = self.socket.recv(65536)
        self.received += data
        return bool(data)

    def answer(self, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        """The next answer of known length: status, headers, body."""
        while b"\r\n\r\n" not in self.received:
            assert self.more(), self.received
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        status, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", 0)) if has_body else 0
        while len(self.received) < length:
            assert self.more(), self.received
        body, self.received = self.received[:length], self.received[length:]
        return int(status.split()[1]), headers, body

    def rest(self) -> bytes:
        """All until the worker ends the connection."""
        while self.more():
            pass
        return self.received


@pytest.fixture
def connection(shared_worker: Worker) -> Iterator[Connection]:
    connection = Connection(shared_worker)
    yield connection
    connection.socket.close()
    with shared_worker.http() as client:
        assert client.get("/health").json() == {"status": "ok"}


def test_an_answer_has_a_date_a_length_and_a_type(connection: Connection) -> None:
    connection.send(request("GET", "/health"))
    status, headers, body = connection.answer()
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", headers["date"])
    assert abs(email.utils.parsedate_to_datetime(headers["date"]).timestamp() - time.time()) < 5
    assert "connection" not in headers


def test_a_request_cut_anywhere(connection: Connection) -> None:
    whole = request("POST", "/tokenize", BODY)
    expected = None
    for place in range(1, len(whole)):
        connection.send(whole[:place])
        connection.send(whole[place:])
        status, _, body = connection.answer()
        assert status == 200
        expected = expected or body
        assert body == expected


def test_hundreds_of_requests_in_one_go_are_answered_in_their_order(connection: Connection) -> None:
    texts = [f"number {number}" for number in range(300)]
    bodies = [json.dumps({"content": text}).encode() for text in texts]
    # Every third one takes its time, and must not be overtaken.
    slow = [json.dumps({"prompt": text, "n_predict": 1}).encode() for text in texts]
    connection.send(b"".join(
        request("POST", "/apply-template", json.dumps({"messages": [{"role": "user", "content": texts[index]}]}).encode())
        if index % 3 == 1 else request("POST", "/completion", slow[index]) if index % 30 == 2
        else request("POST", "/tokenize", bodies[index])
        for index in range(300)))
    for index in range(300):
        status, _, body = connection.answer()
        answer = json.loads(body)
        assert status == 200, answer
        if index % 3 == 1:
            assert texts[index] in answer["prompt"]
        elif index % 30 == 2:
            assert answer["prompt"].endswith(texts[index])
        else:
            assert "tokens" in answer


def test_a_stream_and_a_request_behind_it(connection: Connection) -> None:
    body = json.dumps({"prompt": "Once", "n_predict": 5, "stream": True}).encode()
    connection.send(request("POST", "/completion", body) + request("GET", "/health"))
    while not connection.received.endswith(b'{"status":"ok"}'):
        assert connection.more(), connection.received
    head, stream = connection.received.split(b"\r\n\r\n", 1)
    assert b"transfer-encoding: chunked" in head and b"content-type: text/event-stream" in head
    assert b"\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n" in stream


@pytest.mark.parametrize("method, path, status, says", [
    ("GET", "/nowhere", 404, "File Not Found"),
    ("POST", "/health", 405, "/health takes GET, HEAD"),
    ("DELETE", "/props", 405, "/props takes GET, HEAD, POST"),
    ("POST", "/slots/", 405, "takes GET, HEAD"),
    ("POST", "/slots/1/2", 404, "File Not Found"),
    ("GET", "//health", 404, "File Not Found"),
])
def test_where_there_is_nothing(connection: Connection, method: str, path: str, status: int, says: str) -> None:
    for _ in range(2):
        connection.send(request(method, path, b"{}" if method == "POST" else b""))
        found, _, body = connection.answer()
        assert found == status
        assert says in json.loads(body)["error"]["message"]


def test_head_is_get_without_the_body(connection: Connection) -> None:
    connection.send(request("HEAD", "/health") + request("GET", "/health"))
    status, headers, _ = connection.answer(has_body=False)
    assert (status, headers["content-length"]) == (200, "15")
    assert connection.answer()[2] == b'{"status":"ok"}'


def test_a_query_does_not_change_the_route(connection: Connection) -> None:
    connection.send(request("GET", "/health?x=%41&y"))
    assert connection.answer()[0] == 200


def test_a_body_in_chunks(connection: Connection) -> None:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(BODY[place:place + 5]), BODY[place:place + 5]) for place in range(0, len(BODY), 5))
    connection.send(request("POST", "/tokenize", b"", "1.1", "Transfer-Encoding: chunked") + pieces + b"0\r\n\r\n")
    assert connection.answer()[0] == 200


def test_a_client_that_asks_before_it_sends(connection: Connection) -> None:
    connection.send(request("POST", "/tokenize", b"", "1.1", "Expect: 100-continue", f"Content-Length: {len(BODY)}"))
    assert connection.answer(has_body=False)[0] == 100
    connection.send(BODY)
    assert connection.answer()[0] == 200


def test_a_body_that_is_too_large_is_refused_before_it_comes(connection: Connection) -> None:
    connection.send(request("POST", "/v1/messages", b"", "1.1", f"Content-Length: {300 << 20}") + b"x" * 1000)
    status, headers, body = connection.answer()
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body)["type"] == "error"
    assert "limit of 268435456 bytes" in json.loads(body)["error"]["message"]
    assert connection.rest() == b""


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"])
def test_what_is_no_http(connection: Connection, rubbish: bytes) -> None:
    connection.send(rubbish + b"\r\n\r\n")
    status, headers, body = connection.answer()
    assert (status, headers["connection"]) == (400, "close")
    assert "no valid HTTP" in json.loads(body)["error"]["message"]
    assert connection.rest() == b""


def test_a_connection_that_is_to_be_closed(connection: Connection) -> None:
    connection.send(request("GET", "/health", b"", "1.1", "Connection: close"))
    assert connection.answer()[1]["connection"] == "close"
    assert connection.rest() == b""


def test_http_1_0(connection: Connection) -> None:
    connection.send(request("GET", "/health", b"", "1.0", "Connection: keep-alive"))
    assert connection.answer()[1]["connection"] == "keep-alive"
    body = json.dumps({"prompt": "Once", "n_predict": 5, "stream": True}).encode()
    connection.send(request("POST", "/completion", body, "1.0"))
    head, stream = connection.rest().split(b"\r\n\r\n", 1)
    assert b"transfer-encoding" not in head and b"connection: close" in head
    assert stream.startswith(b"data: ") and stream.endswith(b"\n\n")


def test_a_client_that_ends_its_side_between_requests(connection: Connection) -> None:
    connection.send(request("GET", "/health"))
    assert connection.answer()[0] == 200
    connection.socket.shutdown(socket.SHUT_WR)
    assert connection.rest() == b""


@pytest.mark.parametrize("way", ["closes", "resets", "ends its side"])
def test_a_client_that_leaves_in_mid_stream_frees_its_slot(worker: Callable[..., Worker], way: str) -> None:
    endless = worker("-c", "512", "--parallel", "1", "--context-shift")
    endless.wait_until_ready()
    connection = Connection(endless)
    body = json.dumps({"prompt": "Once", "n_predict": -1, "ignore_eos": True, "stream": True}).encode()
    connection.send(request("POST", "/completion", body))
    while connection.received.count(b"data: ") < 3:
        assert connection.more()
    if way == "ends its side":
        connection.socket.shutdown(socket.SHUT_WR)
        connection.rest()
    if way == "resets":
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.close()
    with endless.http() as client:
        eventually(lambda: not client.get("/slots").json()[0]["is_processing"], "the slot is free")


def test_a_client_that_reads_slowly_gets_everything(connection: Connection) -> None:
    body = json.dumps({"prompt": "Once", "n_predict": 400, "n_probs": 20, "ignore_eos": True, "stream": True}).encode()
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.send(request("POST", "/completion", body, "1.1", "Connection: close"))
    stream = connection.rest()
    assert stream.count(b'"stop":false') == 400
    assert stream.endswith(b"0\r\n\r\n")
