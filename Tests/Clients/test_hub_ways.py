# SPDX-License-Identifier: MIT
"""The ways to the hub and the places of the cache: TLS, proxies, full disks, folders that can't be read, all roots."""

import base64
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hubcache
from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import Hub, Repository, sha256
from processes import eventually
from programs import Router
from test_downloads import FOLDER, MODEL, begin, incomplete, models_in, wait_for, wait_for_end

REPO = "tests/stories-GGUF"


def bundled(name: str) -> bytes:
    """A bundled model's bytes."""
    return (REPOSITORY / "models" / f"{name}.gguf").read_bytes()


@pytest.fixture
def repository(hub: Hub) -> Repository:
    """A repository with one model."""
    hub.repositories[REPO] = Repository({"stories-Q8_0.gguf": bundled(STORIES), "stories-F32.gguf": bundled(TINY)})
    return hub.repositories[REPO]


# TLS.


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A certificate authority of one's own, and a certificate of it for 127.0.0.1 with its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path / "tls"
    folder.mkdir()

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=our own authority")
    openssl("req", *key, "-keyout", "hub.key", "-out", "hub.csr", "-subj", "/CN=hub")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:hub.example\n")
    openssl("x509", "-req", "-in", "hub.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "hub.pem")
    return folder / "ca.pem", folder / "hub.pem", folder / "hub.key"


@pytest.fixture
def secure(hub: Hub, repository: Repository, authority: tuple[Path, Path, Path]) -> str:
    """The hub with TLS; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority[1], authority[2])
    hub.server.socket = context.wrap_socket(hub.server.socket, server_side=True)
    return hub.address.replace("http://", "https://")


def test_a_hub_with_a_certificate_of_its_own_authority(
        secure: str, authority: tuple[Path, Path, Path], cached_router: Callable[..., Router]) -> None:
    none = {"SSL_CERT_FILE": "", "REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}
    stranger = cached_router(HF_ENDPOINT=secure, **none)
    answer = begin(stranger)
    assert answer.status_code == 503
    assert answer.json()["error"]["message"].startswith("the certificate of '127.0.0.1' is of no authority that is trusted")
    wrong = cached_router(HF_ENDPOINT=secure, **none | {"SSL_CERT_FILE": "/nowhere.pem"})
    message = begin(wrong).json()["error"]["message"]
    assert message == "SSL_CERT_FILE names '/nowhere.pem', which can't be read as PEM certificates"
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        router = cached_router(HF_ENDPOINT=secure, **none | {variable: str(authority[0])})
        begin(router)
        wait_for(router)
        with router.http() as http:
            http.delete("/models", params={"model": MODEL})


# Proxies.


class Proxy:
    """A proxy on loopback that knows CONNECT, counts, and may want a password. All names lead to one hub."""

    def __init__(self, hub: Hub, password: str | None = None) -> None:
        self.hub, self.password = hub, password
        self.targets: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(30)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return client.close()
            head += piece
        lines = head.decode().split("\r\n")
        fields = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:] if ":" in line}
        wanted = self.password and "Basic " + base64.b64encode(self.password.encode()).decode()
        if not lines[0].startswith("CONNECT ") or (wanted and fields.get("proxy-authorization") != wanted):
            client.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
            return client.close()
        self.targets.append(lines[0].split()[1])
        upstream = socket.create_connection(self.hub.server.server_address[:2], timeout=30)
        client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=self._copy, args=(upstream, client), daemon=True).start()
        self._copy(client, upstream)
        return None

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()

    def stop(self) -> None:
        """Ends it."""
        self.listener.close()


@pytest.fixture
def proxy(hub: Hub) -> Iterator[Callable[..., Proxy]]:
    """proxy(password) starts one."""
    started: list[Proxy] = []

    def start(password: str | None = None) -> Proxy:
        started.append(Proxy(hub, password))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def test_a_proxy_leads_to_the_hub(
        hub: Hub, repository: Repository, proxy: Callable[..., Proxy], cached_router: Callable[..., Router]) -> None:
    # A name that only the proxy can look up; redirects to such names go the same way.
    hub.behaviour.redirect = lambda path: f"http://files.hub.invalid/cdn{path}"
    way = proxy()
    router = cached_router(HF_ENDPOINT="http://hub.invalid", HTTP_PROXY=f"http://127.0.0.1:{way.port}")
    assert begin(router).status_code == 200
    wait_for(router)
    assert set(way.targets) == {"hub.invalid:80", "files.hub.invalid:80"}


def test_a_redirect_into_a_private_network_is_refused_behind_a_proxy_too(
        hub: Hub, repository: Repository, proxy: Callable[..., Proxy], cache: Path,
        cached_router: Callable[..., Router]) -> None:
    hub.behaviour.redirect = lambda _: "http://169.254.169.254/latest/meta-data"
    way = proxy()
    router = cached_router(HF_ENDPOINT="http://hub.invalid", HTTP_PROXY=f"http://127.0.0.1:{way.port}")
    begin(router)
    assert "not an address of the open network" in wait_for_end(router)
    assert set(way.targets) == {"hub.invalid:80"} and not models_in(cache)


def test_a_proxy_with_a_password(
        hub: Hub, repository: Repository, proxy: Callable[..., Proxy], cached_router: Callable[..., Router]) -> None:
    way = proxy("me:s3cr:t")
    stranger = cached_router(HF_ENDPOINT="http://hub.invalid", http_proxy=f"http://127.0.0.1:{way.port}")
    answer = begin(stranger)
    assert answer.status_code == 503
    assert f"through the proxy 127.0.0.1:{way.port}: it wants another user" in answer.json()["error"]["message"]
    router = cached_router(HF_ENDPOINT="http://hub.invalid", http_proxy=f"http://me:s3cr%3At@127.0.0.1:{way.port}")
    begin(router)
    wait_for(router)
    assert all("s3cr" not in line for line in router.log)


def test_tls_through_a_proxy(
        hub: Hub, secure: str, authority: tuple[Path, Path, Path], proxy: Callable[..., Proxy],
        cached_router: Callable[..., Router]) -> None:
    way = proxy()
    router = cached_router(HF_ENDPOINT="https://hub.example", https_proxy=f"127.0.0.1:{way.port}",
                           SSL_CERT_FILE=str(authority[0]))
    begin(router)
    wait_for(router)
    assert set(way.targets) == {"hub.example:443"}


def test_what_needs_no_proxy_goes_without(
        hub: Hub, repository: Repository, proxy: Callable[..., Proxy], cached_router: Callable[..., Router]) -> None:
    way = proxy()
    router = cached_router(ALL_PROXY=f"http://127.0.0.1:{way.port}", NO_PROXY="localhost,127.0.0.0/8")
    begin(router)
    wait_for(router)
    assert not way.targets
    broken = cached_router(ALL_PROXY="ftp://proxy")
    assert "ALL_PROXY names a proxy by 'ftp://'" in begin(broken, f"{REPO}:F32").json()["error"]["message"]


# Full disks.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True,
                          timeout=20) if shutil.which("mount") else None
    if done is None or done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip() if done else 'there is no mount'}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def test_a_disk_without_room_is_noticed_before_anything_is_downloaded(
        hub: Hub, repository: Repository, small_disk: Path, cached_router: Callable[..., Router]) -> None:
    (small_disk / "other").write_bytes(bytes(700_000))
    router = cached_router(LLAMA_CACHE=str(small_disk))
    answer = begin(router)
    message = answer.json()["error"]["message"]
    assert answer.status_code == 500
    assert message.startswith(f"there is not enough room: '{MODEL}' needs 1 MiB more, and 0 MiB are free"), message
    assert not hub.file_requests() and router.statuses() == {} and not models_in(small_disk)
    (small_disk / "other").unlink()
    begin(router)
    wait_for(router)


def test_a_disk_that_fills_up_is_said_and_the_download_goes_on_when_there_is_room(
        hub: Hub, repository: Repository, small_disk: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.05, 50_000
    router = cached_router(LLAMA_CACHE=str(small_disk))
    with open(small_disk / "other", "wb", buffering=0) as other:
        assert begin(router).status_code == 200
        eventually(lambda: hub.sent > 150_000, "part of it has been sent", 10)
        # Somebody else takes what is left.
        try:
            while other.write(bytes(4096)):
                pass
        except OSError:
            pass
    reason = wait_for_end(router)
    assert "there is not enough room" in reason and "needs 1 MiB more, and 0 MiB are free" in reason, reason
    assert "make room and ask again" in reason
    (part,) = incomplete(small_disk)
    have = part.stat().st_size
    assert have > 0 and not models_in(small_disk)
    with router.http() as http:
        http.post("/models/reload")
    assert router.statuses() == {}
    (small_disk / "other").unlink()
    hub.requests.clear()
    hub.behaviour.pause = 0
    begin(router)
    wait_for(router)
    assert [headers.get("range") for _, headers in hub.file_requests()] == [f"bytes={have}-"]
    assert not incomplete(small_disk)


# Folders that can't be read.


def test_a_cache_that_cannot_be_read_is_said(
        cache: Path, models: Path, cached_router: Callable[..., Router]) -> None:
    # Permissions don't keep root from reading; what isn't a folder does.
    cache.write_text("this is a file")
    router = cached_router(models=models)
    assert set(router.statuses()) == {STORIES, PIRATE, TINY}
    with router.http() as http:
        assert http.get("/models").json()["problem"] == f"the cache folder '{cache}' is not a directory"
    router.says("warning", str(cache))
    cache.unlink()
    hubcache.put(cache, REPO, {"stories-Q8_0.gguf": bundled(STORIES)})
    with router.http() as http:
        assert "problem" not in http.get("/models", params={"reload": 1}).json()
    assert MODEL in router.statuses()


def test_a_cache_that_cannot_be_read_any_more_keeps_its_models(
        cache: Path, cached_router: Callable[..., Router]) -> None:
    hubcache.put(cache, REPO, {"stories-Q8_0.gguf": bundled(STORIES)})
    hubcache.put(cache, "tests/other", {"other-Q8_0.gguf": bundled(TINY)})
    router = cached_router()
    folder = cache / FOLDER / "refs"
    folder.rename(cache / FOLDER / "aside")
    # A link to itself: neither there nor not there.
    folder.symlink_to(folder.name)
    with router.http() as http:
        listed = http.get("/models", params={"reload": 1}).json()
        assert {entry["id"] for entry in listed["data"]} == {MODEL, "tests/other:Q8_0"}
        assert str(folder) in listed["problem"]
        folder.unlink()
        listed = http.get("/models", params={"reload": 1}).json()
    assert {entry["id"] for entry in listed["data"]} == {"tests/other:Q8_0"} and "problem" not in listed


# The roots of the cache.

ROOTS = [("LLAMA_CACHE", ""), ("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"),
         ("XDG_CACHE_HOME", "huggingface/hub"), ("HOME", ".cache/huggingface/hub")]


@pytest.mark.parametrize("first", range(len(ROOTS)))
def test_the_first_root_that_is_set_counts(
        tmp_path: Path, hub: Hub, repository: Repository, cached_router: Callable[..., Router], first: int) -> None:
    environment = {name: "" for name, _ in ROOTS}
    for number, (name, rest) in enumerate(ROOTS[first:], first):
        environment[name] = str(tmp_path / name)
        hubcache.put(tmp_path / name / rest, f"tests/{name}", {f"m{number}-Q8_0.gguf": bundled(TINY)})
    router = cached_router(**environment)
    name, rest = ROOTS[first]
    assert list(router.models()) == [f"tests/{name}:Q8_0"]
    begin(router)
    wait_for(router)
    assert (tmp_path / name / rest / FOLDER / "blobs" / sha256(bundled(STORIES))).is_file()


@pytest.mark.parametrize(("name", "rest"), [
    ("LLAMA_CACHE", ""), ("XDG_CACHE_HOME", "llama.cpp"), ("HOME", ".cache/llama.cpp"),
    ("HOME", "Library/Caches/llama.cpp")])
def test_the_roots_of_the_flat_cache(
        tmp_path: Path, cached_router: Callable[..., Router], name: str, rest: str) -> None:
    environment = {other: "" for other, _ in ROOTS} | {name: str(tmp_path / "root")}
    folder = tmp_path / "root" / rest
    folder.mkdir(parents=True)
    (folder / "tests_stories-GGUF_stories-Q8_0.gguf").write_bytes(bundled(STORIES))
    assert list(cached_router(**environment).models()) == [MODEL]


def test_without_a_root_nothing_can_be_downloaded(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    answer = begin(cached_router(**{name: "" for name, _ in ROOTS}))
    assert answer.status_code == 503 and "LLAMA_CACHE" in answer.json()["error"]["message"]


# What happens at once.


def shards(source: bytes) -> dict[str, bytes]:
    """Three files with the names of shards; a test of loading needs real ones."""
    return {f"big-Q8_0-0000{number}-of-00003.gguf": source[:1000 * number] for number in (1, 2, 3)}


def test_a_model_in_shards_comes_whole_or_not_at_all(
        hub: Hub, cache: Path, cached_router: Callable[..., Router]) -> None:
    files = shards(bundled(STORIES))
    hub.repositories["tests/big"] = Repository(files | {"big-Q4_K_M.gguf": bundled(TINY)})
    hub.behaviour.wrong_bytes = {"big-Q8_0-00003-of-00003.gguf"}
    router = cached_router()
    begin(router, "tests/big:Q8_0")
    assert "wrong content" in wait_for_end(router, "tests/big:Q8_0")
    assert not models_in(cache)
    # What had come before the third one failed, whole; downloads run side by side, and another may just be ending.
    whole = [path for path in cache.glob("models--*/blobs/*") if not path.suffix]
    hub.behaviour.wrong_bytes = set()
    hub.requests.clear()
    begin(router, "tests/big:Q8_0")
    wait_for(router, "tests/big:Q8_0")
    assert list(router.models()) == ["tests/big:Q8_0"]
    assert sorted(Path(path).name for path in models_in(cache)) == sorted(files)
    assert "00003" in str(hub.file_requests()) and len(hub.file_requests()) <= 3 - len(whole)
    del hub.repositories["tests/big"].files["big-Q8_0-00002-of-00003.gguf"]
    with router.http() as http:
        http.delete("/models", params={"model": "tests/big:Q8_0"})
        assert "shard 2 of 3 is missing" in begin(router, "tests/big:Q8_0").json()["error"]["message"]
    assert not models_in(cache)


def test_two_wishes_at_once_are_one_download(
        hub: Hub, repository: Repository, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.05, 50_000
    router = cached_router()
    answers: list[tuple[int, str]] = []

    def ask(name: str) -> None:
        answer = begin(router, name)
        answers.append((answer.status_code, answer.text))

    asking = [threading.Thread(target=ask, args=(name,)) for name in (MODEL, MODEL, REPO, REPO)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(30)
    assert sorted(code for code, _ in answers) == [200, 400, 400, 400], answers
    assert all("already exists" in text for code, text in answers if code == 400)
    eventually(lambda: "downloading" not in router.statuses().values(), "it is there", 20)
    assert router.statuses() == {MODEL: "unloaded"}
    assert len(hub.file_requests()) == 1


def test_a_removal_while_it_serves_ends_with_the_answer(
        repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    router = cached_router()
    begin(router)
    wait_for(router)
    with router.http() as http, router.http() as other:
        body = {"model": MODEL, "prompt": "Once upon a time", "max_tokens": 400, "stream": True, "ignore_eos": True}
        with http.stream("POST", "/v1/completions", json=body) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("data: ")
            assert other.delete("/models", params={"model": MODEL}).json() == {"success": True}
            assert not models_in(cache) and router.statuses() == {}
            answer = other.post("/v1/completions", json={"model": MODEL, "prompt": "x"})
            assert answer.status_code == 400 and "not found" in answer.json()["error"]["message"]
            assert [line for line in lines if line][-1] == "data: [DONE]"
    eventually(lambda: not router.workers, "its worker is gone", 15)


def test_a_removal_gives_a_download_up(
        hub: Hub, repository: Repository, cache: Path, cached_router: Callable[..., Router]) -> None:
    hub.behaviour.pause, hub.behaviour.piece = 0.1, 20_000
    router = cached_router()
    begin(router)
    eventually(lambda: hub.sent > 60_000, "part of it has been sent", 10)
    with router.http() as http:
        assert http.delete("/models", params={"model": MODEL}).json() == {"success": True}
        assert router.statuses() == {} and not incomplete(cache) and not models_in(cache)
        answer = http.delete("/models", params={"model": MODEL})
        assert answer.status_code == 500 and "is not found" in answer.json()["error"]["message"]
