# SPDX-License-Identifier: MIT
"""Models that Ollama's clients make: of other models and of files, copied, deleted, after a restart, and with hostile names."""

import hashlib
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import ollama
import pytest

from builds import PIRATE, STORIES, stop_all
from hub import Hub, Repository
from processes import eventually
from programs import Router

TEMPLATES = Path(__file__).parent / "templates"
HELLO = [{"role": "user", "content": "Hello!"}]
GREEDY = {"temperature": 0, "seed": 1}
FEW = GREEDY | {"num_predict": 4}
NOWHERE = "sha256:" + "0" * 64


@pytest.fixture
def start(binaries: Path, bundled: Path, tmp_path: Path) -> Iterator[Callable[..., Router]]:
    """start("--option") starts a router whose made models stay from one start to the next."""
    started: list[Router] = []

    def run(*arguments: str, **environment: str) -> Router:
        started.append(Router(binaries, bundled, "--created-dir", str(tmp_path / "made"), *arguments, environment=environment))
        return started[-1]

    yield run
    stop_all(started)


def client(router: Router) -> ollama.Client:
    """The official client."""
    return ollama.Client(host=router.address, timeout=60)


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    """The status and the sentence of what is refused."""
    with pytest.raises(ollama.ResponseError) as caught:
        call()
    return caught.value.status_code, caught.value.error


def names(llama: ollama.Client) -> set[str]:
    """What the list shows."""
    return {model.model for model in llama.list().models}


def test_a_model_is_made_of_another_one(start: Callable[..., Router], tmp_path: Path) -> None:
    router = start()
    llama = client(router)
    system = 'You are "Mario";\na plumber # of the \\ kingdom.'
    steps = list(llama.create(model="mario", from_=STORIES, system=system, stream=True,
                              parameters=GREEDY | {"num_predict": 5, "num_ctx": 512, "stop": ["\n\n##", "###"]}))
    assert steps[0].status.startswith("using existing layer sha256:")
    assert [step.status for step in steps[-2:]] == ["writing manifest", "success"]
    for _ in range(2):
        assert "mario:latest" in names(llama) and "mario" in router.models()
        shown = llama.show("mario")
        with router.http() as http:
            assert http.post("/api/show", json={"model": "mario"}).json()["system"] == system
        assert "num_ctx 512" in shown.parameters and 'stop "###"' in shown.parameters and r'stop "\n\n##"' in shown.parameters
        assert "PARAMETER temperature 0" in shown.modelfile and f'SYSTEM """{system}"""' in shown.modelfile
        # Its options are the defaults of its requests, and its instructions count where a chat has none.
        made = llama.chat("mario", HELLO)
        told = llama.chat(STORIES, [{"role": "system", "content": system}, *HELLO], options=GREEDY | {"num_predict": 5})
        assert (made.message.content, made.prompt_eval_count) == (told.message.content, told.prompt_eval_count)
        assert (made.eval_count, made.done_reason) == (told.eval_count, told.done_reason) == (5, "length")
        own = [{"role": "system", "content": "Be short."}, *HELLO]
        assert llama.chat("mario", own, options=FEW).prompt_eval_count == llama.chat(STORIES, own, options=FEW).prompt_eval_count
        assert llama.generate("mario", "Hello!").prompt_eval_count == made.prompt_eval_count
        with router.openai() as client_of_openai:
            answer = client_of_openai.chat.completions.create(model="mario", messages=HELLO)
        assert answer.usage.prompt_tokens == made.prompt_eval_count and answer.usage.completion_tokens == made.eval_count
        assert {m.model: m.context_length for m in llama.ps().models}["mario:latest"] == 512
        # After a restart it is the same.
        router.stop()
        router = start()
        llama = client(router)
    # Made anew, from itself: what isn't said stays.
    assert llama.create(model="mario", from_="mario:latest", parameters={"num_predict": 2}).status == "success"
    again = llama.show("mario")
    assert "num_predict 2" in again.parameters and "num_ctx 512" in again.parameters
    assert llama.chat("mario", HELLO).eval_count == 2
    assert llama.delete("MARIO:latest").status == "success"
    assert "mario:latest" not in names(llama) and f"{STORIES}:latest" in names(llama)
    assert refusal(lambda: llama.delete("mario"))[0] == 404


def test_a_model_is_made_of_files(start: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    router = start()
    llama = client(router)
    file = bundled / f"{PIRATE}.gguf"
    digest = llama.create_blob(file)
    assert digest == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    kept = tmp_path / "made" / "blobs" / digest.replace(":", "-")
    assert kept.read_bytes() == file.read_bytes()
    with router.http() as http:
        assert http.head(f"/api/blobs/{digest}").status_code == 200
        assert http.head(f"/api/blobs/{NOWHERE}").status_code == 404
        assert http.post(f"/api/blobs/{digest}", content=file.read_bytes()).status_code == 200
    template = (TEMPLATES / "strict.jinja").read_text()
    steps = [step.status for step in llama.create(model="me/pirate:v1", files={file.name: digest}, template=template, stream=True)]
    assert steps[0] == "parsing GGUF" and f"using existing layer {digest}" in steps and steps[-1] == "success"
    assert llama.show("me/pirate:v1").template == template
    said = llama.chat("me/pirate:v1", HELLO, options=FEW)
    assert said.eval_count > 0
    # A copy has the same files; they stay for as long as either does.
    assert llama.copy("me/pirate:v1", "other").status == "success"
    assert llama.chat("other", HELLO, options=FEW).message.content == said.message.content
    llama.delete("me/pirate:v1")
    assert kept.exists() and llama.show("other").template == template
    llama.delete("other")
    assert not kept.exists() and not list((tmp_path / "made" / "templates").iterdir())


def test_a_model_gets_another_name(start: Callable[..., Router], bundled: Path) -> None:
    router = start()
    llama = client(router)
    assert llama.copy(STORIES, "tales").status == "success"
    router.stop()
    router = start()
    llama = client(router)
    assert llama.chat("tales", HELLO, options=FEW).message.content == llama.chat(STORIES, HELLO, options=FEW).message.content
    assert refusal(lambda: llama.copy("nobody", "x")) == (404, "model 'nobody' not found")
    status, sentence = refusal(lambda: llama.copy("tales", PIRATE))
    assert status == 400 and "another name" in sentence
    llama.delete("tales")
    assert (bundled / f"{STORIES}.gguf").exists() and f"{STORIES}:latest" in names(llama)
    # It is removed as a download is, too: what was made is gone after a restart as well.
    llama.copy(STORIES, "legends")
    listed = {entry["id"]: entry for entry in httpx.get(f"{router.address}/models").json()["data"]}
    assert (listed["legends"]["source"], listed["legends"]["can_remove"]) == ("created", True)
    assert (listed[STORIES]["source"], listed[STORIES]["can_remove"]) == ("models_dir", False)
    assert httpx.delete(f"{router.address}/models", params={"model": "legends"}).json() == {"success": True}
    router.stop()
    left = names(client(start()))
    assert "legends:latest" not in left and f"{STORIES}:latest" in left


def test_what_a_preset_cannot_keep_is_refused_or_told(start: Callable[..., Router]) -> None:
    router = start()
    llama = client(router)
    for more, words in [
        ({"quantize": "q4_K_M"}, "quantises"), ({"template": "{{ .Prompt }}"}, "Go template"),
        ({"messages": HELLO}, "'messages'"), ({"parameters": {"tfs_z": 1}}, "tfs_z"), ({"parameters": {"temperature": -1}}, "temp"),
        ({"system": "x" * 40_000}, "longer"), ({"adapters": {"a": NOWHERE}}, "was not sent"),
    ]:
        status, sentence = refusal(lambda: llama.create(model="x", from_=STORIES, **more))
        assert status == 400 and words in sentence, sentence
    assert refusal(lambda: llama.create(model="x", from_="nobody"))[0] == 404
    assert refusal(lambda: llama.create(model="x", files={"m.gguf": NOWHERE}))[0] == 400
    assert refusal(lambda: llama.create(model=STORIES, from_=PIRATE))[0] == 400
    assert names(llama) == {f"{name}:latest" for name in router.models()} and "x:latest" not in names(llama)
    steps = [step.status for step in llama.create(model="x", from_=STORIES, license="MIT", stream=True)]
    assert any(step.startswith("warning: 'license'") for step in steps)
    with router.http() as http:
        answer = http.post("/api/create", json={"model": "x", "from": STORIES, "license": "MIT", "stream": False}).json()
    assert answer["status"] == "success" and len(answer["warnings"]) == 1


def test_hostile_names_and_bodies(start: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    router = start()
    made = tmp_path / "made"
    with router.http() as http:
        for name in ("../x", "a/../../x", "/etc/x", "x]\n[y", "x\nmodel = /etc/passwd", "*", "default", "x" * 300, "a:b:c", "é"):
            for answer in (http.post("/api/create", json={"model": name, "from": STORIES}),
                           http.post("/api/copy", json={"source": STORIES, "destination": name})):
                assert answer.status_code == 400 and "invalid model name" in answer.json()["error"], name
        for digest in ("x", "sha256:", "sha256:" + "0" * 63, "sha256:" + "A" * 64, "sha256:..%2F..%2Fx", "md5:" + "0" * 64):
            assert http.post(f"/api/blobs/{digest}", content=b"x").status_code == 400, digest
        # Another content than its name says.
        wrong = http.post(f"/api/blobs/{NOWHERE}", content=b"x" * 3_000_000)
        assert wrong.status_code == 400 and "digest mismatch" in wrong.json()["error"]
        assert http.head(f"/api/blobs/{NOWHERE}").status_code == 404
        assert not list((made / "blobs").iterdir()) and not (made / "models.ini").exists()
        # What no disk has room for.
        with socket.create_connection((http.base_url.host, http.base_url.port), 30) as raw:
            raw.sendall(f"POST /api/blobs/{NOWHERE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {1 << 60}\r\n\r\nx".encode())
            told = raw.makefile("rb").read()
        assert told.startswith(b"HTTP/1.1 500") and b"not enough room" in told
        # A file that is no model.
        text = b"no model at all"
        digest = "sha256:" + hashlib.sha256(text).hexdigest()
        assert http.post(f"/api/blobs/{digest}", content=text).status_code == 201
        refused = http.post("/api/create", json={"model": "x", "files": {"m.gguf": digest}})
        assert refused.status_code == 400 and "GGUF" in refused.json()["error"]
        assert http.post("/api/create", content=b"").json() == {"error": "missing request body"}
        assert http.post("/api/copy", json={"source": STORIES}).status_code == 400
    # A client that leaves in the middle leaves nothing.
    with httpx.Client(base_url=router.address, timeout=30) as http:
        def parts() -> Iterator[bytes]:
            yield b"x" * 100_000
            raise RuntimeError("gone")
        with pytest.raises(RuntimeError):
            http.post(f"/api/blobs/{NOWHERE}", content=parts())
    eventually(lambda: not [f for f in (made / "blobs").iterdir() if f.name.endswith(".incomplete")], "the part is removed")


def test_making_models_needs_the_key(start: Callable[..., Router]) -> None:
    router = start("--api-key", "secret")
    with httpx.Client(base_url=router.address, timeout=30) as http:
        for method, path in (("POST", "/api/create"), ("POST", "/api/copy"), ("DELETE", "/api/delete"),
                             ("POST", f"/api/blobs/{NOWHERE}"), ("HEAD", f"/api/blobs/{NOWHERE}")):
            assert http.request(method, path, content=json.dumps({"model": "x", "from": STORIES})).status_code == 401
            strange = http.request(method, path, content=b"{}", headers={"Origin": "https://other.example"})
            assert strange.status_code in (401, 403)
    llama = ollama.Client(host=router.address, timeout=60, headers={"Authorization": "Bearer secret"})
    assert llama.create(model="x", from_=STORIES).status == "success"


def test_a_copy_outlives_the_cache_and_a_download_is_still_deleted(
        hub: Hub, cached_router: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    content = (bundled / f"{STORIES}.gguf").read_bytes()
    hub.repositories["tests/stories-GGUF"] = Repository({"stories-Q8_0.gguf": content})
    router = cached_router("--created-dir", str(tmp_path / "made"))
    llama = client(router)
    name = "tests/stories-GGUF:Q8_0"
    llama.pull("hf.co/" + name)
    llama.copy(name, "tales")
    assert llama.delete(name).status == "success"
    # Its file is brought again where it is needed.
    assert llama.chat("tales", HELLO, options=FEW).eval_count > 0
    llama.delete("tales")
    assert "tales" not in router.models()


def test_how_long_models_stay_by_the_variable(start: Callable[..., Router], binaries: Path, bundled: Path) -> None:
    router = start("--ollama", "--ollama-host", "127.0.0.1:0", OLLAMA_KEEP_ALIVE="0")
    llama = client(router)
    llama.chat(STORIES, HELLO, options=FEW)
    eventually(lambda: router.status(STORIES) == "unloaded", "the model leaves at once")
    # A request's own word is stronger, and stays.
    llama.chat(STORIES, HELLO, options=FEW, keep_alive="1h")
    llama.chat(STORIES, HELLO, options=FEW)
    assert router.status(STORIES) == "loaded"
    # Other dialects have nothing to do with it.
    with router.openai() as other:
        other.chat.completions.create(model=PIRATE, messages=HELLO, max_tokens=1)
    assert router.status(PIRATE) == "loaded"
    with pytest.raises(AssertionError, match="OLLAMA_KEEP_ALIVE: must be a number of seconds"):
        start("--ollama", "--ollama-host", "127.0.0.1:0", OLLAMA_KEEP_ALIVE="soon")


def test_one_model_alone_makes_none(binaries: Path, bundled: Path) -> None:
    router = Router(binaries, None, "-m", str(bundled / f"{STORIES}.gguf"))
    try:
        with router.http() as http:
            for path, body in (("/api/create", {"model": "x", "from": STORIES}), ("/api/copy", {"source": "a", "destination": "b"})):
                answer = http.post(path, json=body)
                assert answer.status_code == 501 and isinstance(answer.json()["error"], str)
            assert http.post(f"/api/blobs/{NOWHERE}", content=b"x").status_code == 501
    finally:
        router.stop()
