# SPDX-License-Identifier: MIT
"""A model hub on loopback for the tests: it serves repositories from memory, and misbehaves as it is told."""

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Repository:
    """Files by path, and the commit that `main` stands for."""

    files: dict[str, bytes]
    commit: str = COMMIT
    branch: str = "main"
    token: str | None = None


@dataclass
class Behaviour:
    """How the hub misbehaves; everything may be changed while it runs."""

    # Seconds between two pieces of a file.
    pause: float = 0
    piece: int = 64 << 10
    # Cut the connection after that many bytes of an answer, the first N times.
    cut_after: int | None = None
    cut_times: int = 0
    # Answer the next N requests for files, or to the interface, with that status.
    failures: int = 0
    api_failures: int = 0
    failure_status: int = 503
    # Files by path whose bytes, listed size or listed hash are wrong.
    wrong_bytes: set[str] = field(default_factory=set)
    listed_size: dict[str, int] = field(default_factory=dict)
    # Where files are said to be: a function of the request's path; None sends them directly.
    redirect: object = None
    ignores_ranges: bool = False
    # Send more than promised.
    surplus: bytes = b""


class Hub:
    """The server; `address` is what HF_ENDPOINT has to be."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.behaviour = Behaviour()
        # (path, headers) of each request, for the tests to look at.
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.sent = 0
        self.lock = threading.Lock()
        hub = self

        class Handler(_Handler):
            server_hub = hub

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        """Its URL, without a slash at the end."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def file_requests(self) -> list[tuple[str, dict[str, str]]]:
        """Those requests that were for files."""
        return [r for r in self.requests if "/resolve/" in r[0] or r[0].startswith("/cdn/")]

    def stop(self) -> None:
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


def sha256(data: bytes) -> str:
    """The name of a large file's blob."""
    return hashlib.sha256(data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_hub: Hub

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:  # noqa: N802, the library's name
        """One request."""
        hub = self.server_hub
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with hub.lock:
            hub.requests.append((path, headers))
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/(refs|tree/(\w+))", path):
            self._interface(found, headers)
        elif found := re.fullmatch(r"/(?:cdn/)?([^/]+/[^/]+)/resolve/(\w+)/(.+)", path):
            self._file(found, headers, path.startswith("/cdn/"))
        else:
            self._json(404, {"error": "Not found"})

    do_HEAD = do_GET

    def _json(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _take(self, name: str) -> bool:
        with self.server_hub.lock:
            left = getattr(self.server_hub.behaviour, name)
            if left > 0:
                setattr(self.server_hub.behaviour, name, left - 1)
            return left > 0

    def _repository(self, name: str, headers: dict[str, str]) -> Repository | None:
        repository = self.server_hub.repositories.get(name)
        if repository is None:
            self._json(404, {"error": "Repository not found"})
        elif repository.token and headers.get("authorization") != f"Bearer {repository.token}":
            self._json(401, {"error": "Invalid username or password."})
            return None
        return repository

    def _interface(self, found: re.Match, headers: dict[str, str]) -> None:
        behaviour = self.server_hub.behaviour
        if self._take("api_failures"):
            return self._json(behaviour.failure_status, {"error": "failing as told"})
        repository = self._repository(found.group(1), headers)
        if repository is None:
            return None
        if found.group(2) == "refs":
            branches = [{"name": repository.branch, "ref": "refs/heads/x", "targetCommit": repository.commit}]
            return self._json(200, {"branches": branches, "converts": [], "tags": []})
        tree = []
        for path, data in sorted(repository.files.items()):
            size = behaviour.listed_size.get(path, len(data))
            item = {"type": "file", "path": path, "size": size, "oid": "1" * 40}
            if path.endswith(".gguf"):
                item["lfs"] = {"oid": sha256(data), "size": size, "pointerSize": 130}
            else:
                item["oid"] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            tree.append(item)
        return self._json(200, tree)

    def _file(self, found: re.Match, headers: dict[str, str], is_behind: bool) -> None:
        behaviour = self.server_hub.behaviour
        if self._take("failures"):
            return self._json(behaviour.failure_status, {"error": "failing as told"})
        repository = self.server_hub.repositories.get(found.group(1)) if is_behind else self._repository(
            found.group(1), headers)
        if repository is None:
            return None
        path = found.group(3)
        data = repository.files.get(path)
        if data is None:
            return self._json(404, {"error": "Entry not found"})
        oid = sha256(data)
        if behaviour.redirect and not is_behind:
            self.send_response(302)
            self.send_header("Location", behaviour.redirect(self.path))
            self.send_header("X-Linked-ETag", f'"{oid}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if path in behaviour.wrong_bytes:
            data = bytes(len(data) // 2) + data[len(data) // 2:]
        return self._send(data + behaviour.surplus, oid, headers)

    def _send(self, data: bytes, oid: str, headers: dict[str, str]) -> None:
        behaviour = self.server_hub.behaviour
        start = 0
        if (wanted := re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))) and not behaviour.ignores_ranges:
            start = int(wanted.group(1))
        if start > 0 and start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{oid}"')
        self.send_header("Accept-Ranges", "bytes")
        if behaviour.surplus:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = behaviour.cut_after if behaviour.cut_after is not None and self._take("cut_times") else None
        try:
            self._write(data[start:], cut, bool(behaviour.surplus))
        except OSError:
            self.close_connection = True

    def _write(self, data: bytes, cut: int | None, chunked: bool) -> None:
        behaviour = self.server_hub.behaviour
        rest = data if cut is None else data[:cut]
        while rest:
            piece, rest = rest[:behaviour.piece], rest[behaviour.piece:]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            self.wfile.flush()
            with self.server_hub.lock:
                self.server_hub.sent += len(piece)
            if behaviour.pause:
                time.sleep(behaviour.pause)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        if cut is not None:
            self.close_connection = True
            self.connection.shutdown(2)
