# SPDX-License-Identifier: MIT
"""Pictures through the router: what a model sees, what it is spared, and who is asked for them."""

import base64
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import anthropic
import httpx
import openai
import pytest

from conftest import REPOSITORY, STORIES
from pictures import part, png, shape, uri
from programs import Router, Worker

RED, GREEN = shape(True, (220, 30, 30)), shape(False, (30, 160, 50))
VISION = "vision"


@pytest.fixture(scope="module")
def seeing(binaries: Path, bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    """A router with a model that sees and one that doesn't, and a folder whose files may be named."""
    models = tmp_path_factory.mktemp("seeing")
    shutil.copy(bundled / f"{STORIES}.gguf", models)
    (models / VISION).mkdir()
    for name in ("vision-tiny-Q8_0.gguf", "mmproj-vision-tiny-F16.gguf"):
        shutil.copy(REPOSITORY / "Tests" / "Conformance" / "models" / name, models / VISION)
    media = tmp_path_factory.mktemp("media")
    (media / "shown").mkdir()
    (media / "shown" / "red.png").write_bytes(RED)
    (media / "secret.png").write_bytes(RED)
    program = Router(binaries, models, "--media-path", str(media / "shown"), "--allow-media-urls", "-c", "2048",
                     "--media-max-count", "3", "--media-marker", "<__media__>")
    yield program
    program.stop()


@pytest.fixture(scope="module")
def client(seeing: Router) -> Iterator[openai.OpenAI]:
    """The official client of that router."""
    with seeing.openai() as client:
        yield client


def ask(client: openai.OpenAI, *urls: str, **options):
    """One question about images, answered as surely as the model can."""
    content = [{"type": "text", "text": "What is this:\n"}, *(part(url) for url in urls)]
    return client.chat.completions.create(
        model=VISION, messages=[{"role": "user", "content": content}], temperature=0, max_tokens=16, **options)


def test_what_the_list_and_props_say(seeing: Router, client: openai.OpenAI) -> None:
    entry = next(m for m in client.models.list() if m.id == VISION)
    assert entry.model_extra["architecture"]["input_modalities"] == ["text", "image"]
    ask(client, uri(RED))
    with seeing.http() as http:
        props = http.get("/props", params={"model": VISION}).json()
    assert props["modalities"] == {"vision": True, "video": False, "audio": False}
    assert props["media_marker"] == "<__media__>"


def test_images_make_a_difference(client: openai.OpenAI) -> None:
    plain = ask(client)
    red, green, both = ask(client, uri(RED)), ask(client, uri(GREEN)), ask(client, uri(RED), uri(GREEN))
    assert plain.usage.prompt_tokens < red.usage.prompt_tokens < both.usage.prompt_tokens
    assert "red circle" in red.choices[0].message.content
    assert "green square" in green.choices[0].message.content
    again = ask(client, uri(GREEN))
    assert again.choices[0].message.content == green.choices[0].message.content


def test_the_prompt_cache_holds_images(client: openai.OpenAI) -> None:
    ask(client, uri(RED))
    usage = ask(client, uri(RED)).usage
    assert usage.prompt_tokens_details.cached_tokens == usage.prompt_tokens - 1
    # One that no other test has asked for: chats with pictures are kept in the main memory, too.
    unknown = uri(png(64, 64, (9, 90, 200)))
    assert ask(client, unknown).usage.prompt_tokens_details.cached_tokens < usage.prompt_tokens // 2


def test_a_chat_with_pictures_is_saved_and_restored(binaries: Path, tmp_path: Path) -> None:
    models = REPOSITORY / "Tests" / "Conformance" / "models"

    def start() -> Worker:
        return Worker(binaries, models / "vision-tiny-Q8_0.gguf", "--mmproj", str(models / "mmproj-vision-tiny-F16.gguf"), "-np", "1",
                      "-c", "1024", "--slot-save-path", str(tmp_path)).wait_until_ready()

    def cached(worker: Worker, image: bytes) -> tuple[int, int]:
        content = [{"type": "text", "text": "What is this:\n"}, part(uri(image))]
        with worker.http() as http:
            answer = http.post("/v1/chat/completions", json={
                "messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 4}).json()
        return answer["usage"]["prompt_tokens_details"]["cached_tokens"], answer["usage"]["prompt_tokens"]

    first = start()
    try:
        assert cached(first, RED)[0] == 0
        with first.http() as http:
            saved = http.post("/slots/0?action=save", json={"filename": "red.bin"}).json()
            assert saved["n_saved"] > 30
    finally:
        first.stop()
    # In another process: what stood for the picture there means nothing here.
    second = start()
    try:
        with second.http() as http:
            restored = http.post("/slots/0?action=restore", json={"filename": "red.bin"}).json()
            assert restored["n_restored"] == saved["n_saved"]
        again, whole = cached(second, RED)
        assert again == whole - 1
        other, _ = cached(second, GREEN)
        assert other < whole // 2
    finally:
        second.stop()


def test_streams(client: openai.OpenAI) -> None:
    whole = ask(client, uri(RED))
    text = "".join(c.choices[0].delta.content or "" for c in ask(client, uri(RED), stream=True) if c.choices)
    assert text == whole.choices[0].message.content


def test_the_native_route(seeing: Router) -> None:
    with seeing.http() as http:
        def complete(prompt: dict) -> httpx.Response:
            return http.post("/completion", json={"model": VISION, "prompt": prompt, "n_predict": 4, "temperature": 0})

        data = base64.b64encode(RED).decode()
        assert complete({"prompt_string": "What is this: <__media__>\n", "multimodal_data": [data]}).status_code == 200
        assert complete({"prompt_string": "What is this:\n"}).status_code == 200
        for prompt in (
            {"prompt_string": "What is this:\n", "multimodal_data": [data]},
            {"prompt_string": "<__media__> <__media__>\n", "multimodal_data": [data]},
            {"prompt_string": "<__media__>\n", "multimodal_data": ["malformed"]},
            {"prompt_string": "<__media__>\n", "multimodal_data": [3]},
            {"multimodal_data": [data]}, {"prompt_string": 3, "multimodal_data": [data]},
        ):
            refused = complete(prompt)
            assert refused.status_code == 400, refused.text


@pytest.mark.parametrize("url", ["file://red.png", "file:///red.png"])
def test_files_below_the_folder(client: openai.OpenAI, url: str) -> None:
    assert ask(client, url).usage.prompt_tokens == ask(client, uri(RED)).usage.prompt_tokens


@pytest.mark.parametrize("url", ["file://../secret.png", "file:///etc/passwd", "file://nothing.png", "file://"])
def test_other_files_stay_unread(client: openai.OpenAI, url: str) -> None:
    with pytest.raises(openai.BadRequestError):
        ask(client, url)


def test_private_addresses_are_not_asked(client: openai.OpenAI) -> None:
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(RED)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for host in ("127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"):
            with pytest.raises(openai.BadRequestError):
                ask(client, f"http://{host}:{server.server_port}/red.png")
    finally:
        server.shutdown()
    assert asked == []


HOSTILE = {
    "not an image": uri(b"hello"),
    "cut off": uri(RED[:60]),
    "nothing": uri(b""),
    "claims 30000 x 30000": uri(png(claimed=(30_000, 30_000))),
    "fewer rows than claimed": uri(png(claimed=(32, 3_000))),
    "a bomb": uri(png(data=bytes(200 << 20))),
    "a film": uri(b"\0\0\0\x18ftypmp42" + bytes(100)),
    "a sound": uri(b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "audio/wav"),
    "html": "data:text/html;base64,aGVsbG8=",
    "a wrong address": "http://",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_and_the_next_is_served(client: openai.OpenAI, name: str) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, HOSTILE[name])
    assert error.value.body["type"] == "invalid_request_error"
    assert ask(client, uri(GREEN)).usage.completion_tokens > 0


def test_too_many(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="3 are allowed"):
        ask(client, *[uri(RED)] * 4)


def test_a_model_without_eyes(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError, match="image input is not supported - hint: .*--mmproj") as error:
        client.chat.completions.create(
            model=STORIES, messages=[{"role": "user", "content": [part(uri(RED))]}], max_tokens=2)
    assert error.value.body["type"] == "server_error"
    with pytest.raises(openai.InternalServerError, match="Multimodal data provided, but model does not support multimodal"):
        prompt = {"prompt_string": "What is this?", "multimodal_data": [uri(RED).partition(",")[2]]}
        client.completions.create(model=STORIES, prompt="", extra_body={"prompt": prompt}, max_tokens=2)


@contextmanager
def counted(transport: type) -> Iterator[tuple[object, list[str]]]:
    """An official client's transport, and the paths of all requests that it sends."""
    sent: list[str] = []
    with transport(event_hooks={"request": [lambda request: sent.append(request.url.path)]}, timeout=30) as http:
        yield http, sent


def test_official_clients_do_not_ask_again_for_what_the_model_cannot_see(seeing: Router) -> None:
    with counted(openai.DefaultHttpxClient) as (http, sent):
        client = openai.OpenAI(base_url=seeing.address + "/v1", api_key="none", max_retries=3, http_client=http)
        content = [part(uri(RED))]
        with pytest.raises(openai.InternalServerError):
            client.chat.completions.create(model=STORIES, messages=[{"role": "user", "content": content}], max_tokens=2)
        with pytest.raises(openai.InternalServerError):
            client.responses.create(model=STORIES, max_output_tokens=2, input=[
                {"role": "user", "content": [{"type": "input_image", "image_url": uri(RED), "detail": "auto"}]}])
        with pytest.raises(openai.InternalServerError) as error:
            client.audio.transcriptions.create(model=VISION, file=("a.wav", b"RIFF"))
        assert error.value.status_code == 501
        assert sent == ["/v1/chat/completions", "/v1/responses", "/v1/audio/transcriptions"]
    with counted(anthropic.DefaultHttpxClient) as (http, sent):
        client = anthropic.Anthropic(base_url=seeing.address, api_key="none", max_retries=3, http_client=http)
        source = {"type": "base64", "media_type": "image/png", "data": uri(RED).partition(",")[2]}
        with pytest.raises(anthropic.InternalServerError, match="image input is not supported") as error:
            client.messages.create(model=STORIES, max_tokens=2, messages=[
                {"role": "user", "content": [{"type": "image", "source": source}]}])
        assert error.value.body["error"]["type"] == "api_error"
        assert sent == ["/v1/messages"]


def test_sounds_need_a_model_that_hears(seeing: Router, client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError, match="audio input is not supported - hint: .*--mmproj"):
        client.chat.completions.create(model=VISION, max_tokens=2, messages=[
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}]}])
    with pytest.raises(openai.APIStatusError, match="does not support audio") as error:
        client.audio.transcriptions.create(model=VISION, file=("a.wav", b"RIFF"))
    assert error.value.status_code == 501
