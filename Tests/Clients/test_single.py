# SPDX-License-Identifier: MIT
"""One model behind the server's front: `enginehouse -m`, and what it shares with the router."""

import json
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from conftest import STORIES, TINY
from processes import eventually
from programs import START_SECONDS, Program, Router

HELLO = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 2}
ONCE = {"prompt": "Once", "max_tokens": 2, "temperature": 0}


class Single(Router):
    """`enginehouse -m`; a router without a choice."""

    def __init__(self, binaries: Path, model: Path, *arguments: str) -> None:
        super().__init__(binaries, None, "-m", str(model), *arguments)


@pytest.fixture
def single(binaries: Path, bundled: Path) -> Iterator[Callable[..., Single]]:
    """single("--alias", "x") starts a server of one model; afterwards nothing of it may remain."""
    started: list[Single] = []

    def start(*arguments: str, model: str | Path = TINY) -> Single:
        file = model if isinstance(model, Path) else bundled / f"{model}.gguf"
        started.append(Single(binaries, file, *arguments))
        return started[-1]

    yield start
    for program in started:
        program.stop()


def wait_until_loaded(http: httpx.Client) -> None:
    """Until its health is good."""
    eventually(lambda: http.get("/health").status_code == 200, "the model is loaded", START_SECONDS)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_every_request_is_for_the_one_model(single: Callable[..., Single], bundled: Path) -> None:
    program = single(model=STORIES)
    path = str(bundled / f"{STORIES}.gguf")
    with program.http() as http, program.openai() as client:
        # It waits for the load, whatever it asks for.
        answer = client.chat.completions.create(model="gpt-3.5-turbo", messages=HELLO["messages"], temperature=0)
        assert answer.choices[0].message.content == "Hello! How can I help you today?"
        assert answer.model == path
        assert [model.id for model in client.models.list().data] == [path]
        assert http.post("/v1/chat/completions", json=HELLO).headers["x-enginehouse-model"]
        props = http.get("/props").json()
        assert props["model_path"] == path
        assert len(http.get("/slots").json()) == props["total_slots"]
        assert http.post("/tokenize", json={"content": "Hello"}).json()["tokens"]
        malformed = http.post("/v1/chat/completions", content=b"{")
        assert malformed.status_code == 400
        listing = http.get("/models").json()
        assert listing["models"][0]["model"] == path
        assert listing["data"][0]["aliases"] == [path]
        assert listing["data"][0]["meta"]["n_vocab"] > 0
        # What is about a choice among models isn't there.
        assert http.post("/models", json={"model": "a/b"}).status_code == 405
        assert http.post("/models/reload").status_code == 405


def test_aliases_and_tags(single: Callable[..., Single]) -> None:
    program = single("--alias", "tinyllama-2, fim,code", "--tags", "chat,fim,small")
    with program.http() as http:
        wait_until_loaded(http)
        model, = http.get("/models").json()["data"]
        assert model["id"] == "code"
        assert set(model["aliases"]) == {"tinyllama-2", "fim", "code"}
        assert set(model["tags"]) == {"chat", "fim", "small"}
        assert http.post("/v1/completions", json=ONCE).json()["model"] == "code"


def test_health_says_that_it_loads(single: Callable[..., Single]) -> None:
    program = single()
    seen = set()
    with program.http() as http:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            answer = http.get("/health")
            seen.add(answer.status_code)
            if answer.status_code == 200:
                assert answer.json() == {"status": "ok"}
                break
            assert answer.json()["error"] == {"message": "Loading model", "type": "unavailable_error", "code": 503}
    assert 200 in seen


def test_keys_and_names_are_looked_at(single: Callable[..., Single]) -> None:
    program = single("--api-key", "sk-1,sk-2")
    with program.http() as http:
        for path in ("/", "/sw.js", "/manifest.webmanifest", "/_app/version.json"):
            assert http.get(path).status_code == 200
        wait_until_loaded(http)
        assert http.post("/v1/completions", json=ONCE).status_code == 401
        for path in ("/models", "/props", "/slots", "/cors-proxy"):
            assert http.get(path).status_code == 401
        assert http.post("/v1/completions", json=ONCE, headers={"Authorization": "Bearer sk-2"}).status_code == 200
        assert http.get("/models", headers={"X-Api-Key": "sk-1", "Host": "evil.com"}).status_code == 403
        preflight = http.options("/v1/completions", headers={
            "Origin": "http://localhost:3000", "Access-Control-Request-Headers": "authorization"})
        assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert not any("sk-1" in line for line in program.log)


def test_tls(single: Callable[..., Single], tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60)
    program = single("--ssl-key-file", str(key), "--ssl-cert-file", str(certificate))
    assert program.address.startswith("https://")
    with program.http(verify=ssl.create_default_context(cafile=str(certificate))) as http:
        wait_until_loaded(http)
        assert http.post("/v1/completions", json=ONCE).status_code == 200


def test_a_killed_worker_is_started_again(single: Callable[..., Single]) -> None:
    program = single()
    with program.http() as http:
        wait_until_loaded(http)
        first = http.post("/completion", json=ONCE).json()["content"]
        worker, = program.workers
        worker.kill(signal.SIGKILL)
        eventually(
            lambda: http.get("/models").json()["data"][0]["status"].get("failed") is True, "the worker is reported as gone"
        )
        model, = http.get("/models").json()["data"]
        # A look doesn't start it, and says why there is nothing to see.
        assert http.get("/props").json()["error"]["type"] == "unavailable_error"
        assert not program.workers
        assert http.get("/health").status_code == 200
        assert http.post("/completion", json=ONCE).json()["content"] == first
        assert len(program.workers) == 1


def test_a_stream_ends_with_its_worker(single: Callable[..., Single]) -> None:
    program = single(model=STORIES)
    with program.http() as http:
        wait_until_loaded(http)
        body = HELLO | {"stream": True, "max_tokens": 2000, "ignore_eos": True}
        with http.stream("POST", "/v1/chat/completions", json=body) as answer:
            lines = answer.iter_lines()
            assert next(lines).startswith("data: ")
            program.workers[0].kill(signal.SIGKILL)
            rest = []
            # The event is all that says so, and the answer is not complete.
            with pytest.raises(httpx.RemoteProtocolError):
                for line in lines:
                    if line.startswith("data: "):
                        rest.append(line)
        assert "SIGKILL" in json.loads(rest[-1][6:])["error"]["message"]


def failed_start(binaries: Path, *arguments: str) -> subprocess.CompletedProcess:
    """How it ended by itself."""
    return subprocess.run([binaries / "enginehouse", "--port", "0", *arguments],
                          capture_output=True, text=True, timeout=60, check=False)


def test_a_model_that_cannot_be_loaded_ends_the_program(binaries: Path, bundled: Path, tmp_path: Path) -> None:
    done = failed_start(binaries, "-m", "/nowhere.gguf")
    assert (done.returncode, done.stdout) == (1, "")
    assert "/nowhere.gguf" in done.stderr and "does not exist" in done.stderr
    cut = tmp_path / "cut.gguf"
    cut.write_bytes((bundled / f"{TINY}.gguf").read_bytes()[:200_000])
    done = failed_start(binaries, "-m", str(cut))
    assert done.returncode == 1
    assert "cut.gguf" in done.stderr
    # The engine's own refusal, with its words.
    done = failed_start(binaries, "-m", str(bundled / f"{TINY}.gguf"), "--override-kv", "a=thing:1")
    assert done.returncode == 1
    assert "cannot be loaded" in done.stderr.splitlines()[-1]
    assert "overrides no metadata" in done.stderr


def test_several_addresses(binaries: Path, bundled: Path, tmp_path: Path) -> None:
    path, port = tmp_path / "s.sock", free_port()
    hosts = ["127.0.0.1", "127.0.0.2", str(path)]
    program = Program([str(binaries / "enginehouse"), "-m", str(bundled / f"{TINY}.gguf"), "--host", ",".join(hosts),
                       "--port", str(port)])
    try:
        lines = [program.next_line(START_SECONDS) for _ in hosts]
        assert lines == [f"listening on http://127.0.0.1:{port}", f"listening on http://127.0.0.2:{port}",
                         f"listening on unix:{path}"]
        transport = httpx.HTTPTransport(uds=str(path))
        clients = [httpx.Client(base_url=f"http://127.0.0.{n}:{port}", timeout=30) for n in (1, 2)]
        for http in [*clients, httpx.Client(base_url="http://localhost", transport=transport, timeout=30)]:
            with http:
                assert http.post("/v1/completions", json=ONCE).status_code == 200
        program.process.terminate()
        assert program.wait() == 0
    finally:
        program.destroy()


def test_all_addresses_or_none(binaries: Path, bundled: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = failed_start(binaries, "-m", str(bundled / f"{TINY}.gguf"), "--host", "127.0.0.1,127.0.0.2",
                            "--port", port)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"cannot listen on 127.0.0.2, port {port}" in done.stderr
    done = failed_start(binaries, "-m", str(bundled / f"{TINY}.gguf"), "--host", "127.0.0.1,0.0.0.0", "--port", "8999")
    assert done.returncode != 0
    assert "--api-key" in done.stderr


def test_no_page(single: Callable[..., Single]) -> None:
    program = single("--no-ui")
    with program.http() as http:
        assert http.get("/").status_code == 404
        assert "unregister" in http.get("/sw.js").text


def test_options_of_the_router_work(single: Callable[..., Single], tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    program = single("--log-dir", str(logs), "--queue-max", "3", "--models-max", "7", "--api-prefix", "/llm")
    with program.http() as http:
        eventually(lambda: http.get("/llm/health").status_code == 200, "the model is loaded", START_SECONDS)
        assert http.post("/llm/v1/completions", json=ONCE).status_code == 200
        assert http.get("/llm/models/x/logs").status_code == 404
    eventually(lambda: list(logs.iterdir()), "a log file")
    program.says("--models-max", "no effect")
    # The model's own log is seen beside the server's.
    program.says("the model is loaded")


def test_a_client_that_does_not_read_is_let_go(single: Callable[..., Single]) -> None:
    program = single("--timeout", "5", "-c", "4096", model=STORIES)
    with program.http() as http:
        wait_until_loaded(http)
        host, port = program.address.removeprefix("http://").split(":")
        body = json.dumps({"prompt": "Once", "n_predict": 2000, "ignore_eos": True, "stream": True, "n_probs": 600,
                           "temperature": 0})
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect((host, int(port)))
            client.sendall((f"POST /completion HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
                            + body).encode())
            eventually(lambda: any(slot["is_processing"] for slot in http.get("/slots").json()), "it generates")
            eventually(lambda: not any(slot["is_processing"] for slot in http.get("/slots").json()),
                       "its slot is free again", 60)


def test_a_silent_worker_is_not_waited_for_for_ever(single: Callable[..., Single]) -> None:
    program = single("--timeout", "3", "--stall-timeout", "0")
    with program.http() as http:
        wait_until_loaded(http)
        worker, = program.workers
        worker.stop()
        try:
            answer = http.post("/v1/completions", json=ONCE)
            assert answer.status_code == 504
            assert "--timeout" in answer.json()["error"]["message"]
        finally:
            worker.resume()
        # It has a signal's worth of work to catch up with.
        eventually(lambda: http.post("/v1/completions", json=ONCE).status_code == 200, "it answers again", 30)


class Echo(BaseHTTPRequestHandler):
    """Answers with what it got."""

    def answer(self) -> None:
        """The request, as JSON."""
        length = int(self.headers.get("content-length") or 0)
        text = json.dumps({"method": self.command, "path": self.path, "body": self.rfile.read(length).decode(),
                           "headers": {name.lower(): value for name, value in self.headers.items()}}).encode()
        empty = self.path == "/empty"
        self.send_response(204 if empty else 201)
        if not empty:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Mcp-Session-Id", "7")
        self.end_headers()
        if not empty:
            self.wfile.write(text)

    do_GET = do_POST = do_DELETE = do_PUT = answer

    def log_message(self, *_) -> None:
        """Says nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of such a server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_proxy_for_pages(single: Callable[..., Single], echo: str) -> None:
    program = single("--ui-mcp-proxy", "--api-key", "k")
    program.says("--ui-mcp-proxy")
    key = {"Authorization": "Bearer k"}
    with program.http(headers=key) as http:
        answer = http.post("/cors-proxy", params={"url": echo + "/mcp?a=1&b=2"}, json={"x": 1}, headers={
            "Cookie": "secret=1", "x-llama-server-proxy-header-authorization": "Bearer theirs",
            "Origin": "http://localhost:5173"})
        assert answer.status_code == 201
        got = answer.json()
        assert (got["method"], got["path"], json.loads(got["body"])) == ("POST", "/mcp?a=1&b=2", {"x": 1})
        assert got["headers"]["authorization"] == "Bearer theirs"
        assert got["headers"]["content-type"] == "application/json"
        assert not {"cookie", "origin", "x-api-key"} & set(got["headers"])
        assert answer.headers["mcp-session-id"] == "7"
        assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
        assert "set-cookie" not in answer.headers
        assert http.delete("/cors-proxy", params={"url": echo}).json()["method"] == "DELETE"
        empty = http.get("/cors-proxy", params={"url": echo + "/empty"})
        assert (empty.status_code, empty.content) == (204, b"")
        assert http.get("/cors-proxy", params={"url": "file:///etc/passwd"}).status_code == 400
        assert http.get("/cors-proxy").status_code == 400
    with program.http() as http:
        assert http.get("/cors-proxy", params={"url": echo}).status_code == 401


def test_the_proxy_is_off_by_default(single: Callable[..., Single], echo: str) -> None:
    with single().http() as http:
        answer = http.get("/cors-proxy", params={"url": echo})
        assert answer.status_code == 403
        assert answer.json() == {"error": {"message": "this feature is disabled", "type": "feature_disabled"}}


def test_the_tokenizer_as_clients_of_vllm_ask_for_it(single: Callable[..., Single]) -> None:
    """C26: lm-evaluation-harness with `tokenizer_backend=remote` names no model."""
    with single(model=STORIES).http() as http:
        eventually(lambda: http.get("/health").status_code == 200, "the model is there")
        info = http.get("/tokenizer_info").json()
        assert info["eos_token"] and info["bos_token"] and "messages" in info["chat_template"]
        tokens = http.post("/tokenize", json={"prompt": "Once upon", "add_special_tokens": False}).json()
        assert tokens["count"] == len(tokens["tokens"])
        assert tokens["tokens"] == http.post("/tokenize", json={"content": "Once upon"}).json()["tokens"]
        assert len(http.post("/tokenize", json={"prompt": "Once upon"}).json()["tokens"]) == tokens["count"] + 1
        assert http.post("/detokenize", json={"tokens": tokens["tokens"]}).json()["prompt"] == "Once upon"
