# SPDX-License-Identifier: MIT
"""Transcriptions, with a projector of random weights: what is written means nothing, but all of the way is there."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from conftest import STORIES
from programs import Worker
from sounds import projector, wav

PATH = "/v1/audio/transcriptions"


@pytest.fixture(scope="module")
def hearing(binaries: Path, bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker whose model hears."""
    file = projector(tmp_path_factory.mktemp("projector") / "mmproj.gguf")
    program = Worker(binaries, bundled / f"{STORIES}.gguf", "-c", "2048", "-np", "2", "--mmproj", str(file))
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()


def form(sound: bytes | None = None, **fields: str) -> dict:
    """A form as httpx wants it."""
    values = {name: (None, value) for name, value in ({"max_tokens": "6", "temperature": "0"} | fields).items()}
    return {"files": {"file": ("a.wav", wav() if sound is None else sound, "audio/wav")} | values}


def test_json(hearing: Worker) -> None:
    with hearing.http() as http:
        assert http.get("/props").json()["modalities"] == {"vision": False, "video": False, "audio": True}
        answer = http.post(PATH, **form()).json()
        assert answer["type"] == "transcript.text.done" and isinstance(answer["text"], str)
        assert answer["usage"]["output_tokens"] <= 6 and answer["usage"]["input_tokens"] > 50
        again = http.post("/audio/transcriptions", **form()).json()
        assert again["text"] == answer["text"]
        assert again["usage"]["input_tokens_details"]["cached_tokens"] > 50


def test_formats(hearing: Worker) -> None:
    with hearing.http() as http:
        whole = http.post(PATH, **form()).json()["text"]
        answer = http.post(PATH, **form(response_format="text"))
        assert answer.headers["content-type"].startswith("text/plain") and answer.text == whole + "\n"
        answer = http.post(PATH, **form(wav(1.5), response_format="verbose_json", language="en")).json()
        assert answer["language"] == "en" and answer["task"] == "transcribe"
        assert answer["duration"] == pytest.approx(1.5, abs=0.1)
        assert [segment["text"] for segment in answer["segments"]] == [answer["text"]]


def test_stream(hearing: Worker) -> None:
    with hearing.http() as http:
        whole = http.post(PATH, **form()).json()["text"]
        lines = [line[6:] for line in http.post(PATH, **form(stream="true")).text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    events = [json.loads(line) for line in lines[:-1]]
    assert "".join(e["delta"] for e in events if e["type"] == "transcript.text.delta") == whole
    assert events[-1]["type"] == "transcript.text.done" and events[-1]["text"] == whole


def test_official_client(hearing: Worker) -> None:
    with hearing.openai() as client:
        plain = client.audio.transcriptions.create(model="any", file=("a.wav", wav()), extra_body={"max_tokens": 6})
        assert isinstance(plain.text, str)
        verbose = client.audio.transcriptions.create(
            model="any", file=("a.wav", wav()), response_format="verbose_json", language="en", extra_body={"max_tokens": 6})
        assert verbose.duration == pytest.approx(1, abs=0.1) and verbose.segments
        stream = client.audio.transcriptions.create(model="any", file=("a.wav", wav()), stream=True,
                                                    extra_body={"max_tokens": 6})
        assert [event.type for event in stream][-1] == "transcript.text.done"


@pytest.mark.parametrize(("request_form", "word"), [
    ({"files": {"model": (None, "x")}}, "file"),
    (form(response_format="srt"), "response_format"),
    (form(**{"timestamp_granularities[]": "word"}), "timestamp_granularities"),
    (form(b"no sound"), "medium"),
    (form(wav()[:20]), "medium"),
    (form(max_tokens="many"), "max_tokens"),
    ({"json": {"file": "x"}}, "form"),
])
def test_refused(hearing: Worker, request_form: dict, word: str) -> None:
    with hearing.http() as http:
        answer = http.post(PATH, **request_form)
        assert answer.status_code == 400 and word in answer.json()["error"]["message"], answer.text
        assert http.post(PATH, **form()).status_code == 200


def test_a_model_that_does_not_hear(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        answer = http.post(PATH, **form())
        assert answer.status_code == 501 and "does not support audio" in answer.json()["error"]["message"]
        assert answer.headers["x-should-retry"] == "false"
    with shared_worker.openai() as client, pytest.raises(openai.InternalServerError):
        client.audio.transcriptions.create(model="any", file=("a.wav", wav()))


def test_chat_about_a_sound(hearing: Worker) -> None:
    part = {"type": "input_audio", "input_audio": {"data": base64.b64encode(wav()).decode(), "format": "wav"}}
    with hearing.http() as http:
        answer = http.post("/v1/chat/completions", json={
            "messages": [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, part]}], "max_tokens": 4})
        assert answer.status_code == 200 and answer.json()["usage"]["prompt_tokens"] > 50
