# SPDX-License-Identifier: MIT
"""Ollama's API, as its official client and plain requests see it."""

import base64
import json
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import ollama
import pytest

from builds import REPOSITORY, STORIES
from hub import Hub, Repository
from pictures import shape
from processes import eventually
from programs import Router

FIXTURES = REPOSITORY / "Tests" / "Conformance" / "models"
TEMPLATES = Path(__file__).parent / "templates"
HELLO = [{"role": "user", "content": "Hello!"}]
ANSWER = "Hello! How can I help you today?"
GREEDY = {"temperature": 0, "seed": 1}


@pytest.fixture(scope="module")
def many(binaries: Path, bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    """A router with models for all that Ollama's API asks for."""
    folder = tmp_path_factory.mktemp("ollama")
    shutil.copy(bundled / f"{STORIES}.gguf", folder)
    for name in ("embed-tiny-F16", "stories-infill-F32", "lfm2"):
        shutil.copy(FIXTURES / f"{name}.gguf", folder)
    (folder / "vision").mkdir()
    for name in ("vision-tiny-Q8_0.gguf", "mmproj-vision-tiny-F16.gguf"):
        shutil.copy(FIXTURES / name, folder / "vision")
    presets = folder / "presets.ini"
    presets.write_text(
        f"[*]\nctx-size = 2048\n\n[embed-tiny-F16]\nembeddings = true\npooling = mean\n\n"
        f"[thinker]\nmodel = {bundled / f'{STORIES}.gguf'}\nchat-template-file = {TEMPLATES / 'strict.jinja'}\ntemp = 0.5\n\n"
        f"[short]\nmodel = {bundled / f'{STORIES}.gguf'}\nctx-size = 256\nparallel = 1\n")
    program = Router(binaries, folder, "--models-preset", str(presets), "--models-max", "3")
    yield program
    program.stop()


@pytest.fixture(scope="module")
def llama(many: Router) -> ollama.Client:
    """The official client."""
    return ollama.Client(host=many.address, timeout=60)


@pytest.fixture
def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    """The status and the sentence of what is refused."""
    with pytest.raises(ollama.ResponseError) as caught:
        call()
    return caught.value.status_code, caught.value.error


# --- texts -----------------------------------------------------------------------------------------------------------

def test_a_chat_in_one_piece_and_in_lines(llama: ollama.Client) -> None:
    answer = llama.chat(STORIES, HELLO, options=GREEDY)
    assert answer.message.role == "assistant" and answer.message.content == ANSWER
    assert (answer.model, answer.done, answer.done_reason) == (STORIES, True, "stop")
    assert answer.prompt_eval_count > 0 and answer.eval_count > 0 and answer.eval_duration > 0
    assert answer.total_duration >= answer.load_duration
    assert datetime.fromisoformat(answer.created_at) - datetime.now(UTC) < timedelta(minutes=1)

    parts = list(llama.chat(STORIES, HELLO, stream=True, options=GREEDY))
    assert "".join(part.message.content for part in parts) == ANSWER
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
    assert parts[-1].done_reason == "stop" and parts[-1].eval_count == answer.eval_count


def test_a_stream_is_lines_of_json(many: Router) -> None:
    with many.http() as http, http.stream("POST", "/api/chat", json={"model": STORIES, "messages": HELLO}) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert answer.headers["x-enginehouse-model"] == STORIES
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert all(line["model"] == STORIES for line in lines) and lines[-1]["done"]


def test_the_load_counts_for_the_request_that_caused_it(many: Router, llama: ollama.Client) -> None:
    llama.generate(STORIES, keep_alive=0)
    eventually(lambda: many.status(STORIES) == "unloaded", "the model is gone")
    first = llama.chat(STORIES, HELLO, options=GREEDY | {"num_predict": 1})
    second = llama.chat(STORIES, HELLO, options=GREEDY | {"num_predict": 1})
    assert first.load_duration > 1_000_000 and first.total_duration > first.load_duration
    assert second.load_duration < first.load_duration
    # A client's word for it doesn't count.
    with many.http() as http:
        body = {"model": STORIES, "messages": HELLO, "stream": False, "options": {"num_predict": 1}}
        told = http.post("/api/chat", json=body, headers={"x-enginehouse-load": "77000000000"}).json()
    assert told["load_duration"] < 60_000_000_000


def test_generate(llama: ollama.Client) -> None:
    answer = llama.generate(STORIES, "Hello!", options=GREEDY)
    assert answer.response == ANSWER and answer.done_reason == "stop"
    # The conversation goes on from the tokens of the first answer.
    more = llama.generate(STORIES, "And you?", context=answer.context, options=GREEDY | {"num_predict": 4})
    assert more.done_reason == "length" and more.eval_count == 4
    assert more.prompt_eval_count > len(answer.context) and more.context[: len(answer.context)] == list(answer.context)
    parts = list(llama.generate(STORIES, "Hello!", stream=True, options=GREEDY))
    assert "".join(part.response for part in parts) == ANSWER
    assert llama.generate(STORIES, "Hello!", system="You are a pirate.", options=GREEDY).prompt_eval_count \
        != answer.prompt_eval_count


def test_a_raw_prompt_goes_on_as_it_stands(many: Router, llama: ollama.Client) -> None:
    prompt = "Once upon a time"
    raw = llama.generate(STORIES, prompt, raw=True, options=GREEDY | {"num_predict": 8})
    with many.openai() as client:
        same = client.completions.create(model=STORIES, prompt=prompt, temperature=0, max_tokens=8)
    assert raw.response == same.choices[0].text and raw.context is None


def test_what_stands_between_two_texts(llama: ollama.Client) -> None:
    model = "stories-infill-F32"
    assert "insert" in llama.show(model).capabilities
    assert llama.generate(model, "Once upon", suffix="the end.", options=GREEDY | {"num_predict": 5}).eval_count > 0
    status, sentence = refusal(lambda: llama.generate(STORIES, "Once upon", suffix="the end."))
    assert status in (400, 501) and sentence


def test_a_schema_is_followed(llama: ollama.Client) -> None:
    schema = {"type": "object", "properties": {"color": {"enum": ["blue", "red"]}}, "required": ["color"]}
    answer = llama.chat(STORIES, HELLO, format=schema, options=GREEDY)
    assert json.loads(answer.message.content)["color"] in ("blue", "red")
    raw = llama.generate(STORIES, "A color: ", raw=True, format=schema, options=GREEDY)
    assert json.loads(raw.response)["color"] in ("blue", "red")


def test_probabilities(llama: ollama.Client) -> None:
    answer = llama.chat(STORIES, HELLO, logprobs=True, top_logprobs=2, options=GREEDY | {"num_predict": 3})
    assert len(answer.logprobs) == 3 and all(len(token.top_logprobs) == 2 for token in answer.logprobs)
    assert answer.logprobs[0].token == "Hello" and answer.logprobs[0].logprob <= 0
    parts = list(llama.chat(STORIES, HELLO, stream=True, logprobs=True, options=GREEDY | {"num_predict": 3}))
    assert [token.token for part in parts for token in part.logprobs or []] == [token.token for token in answer.logprobs]


def test_thoughts(llama: ollama.Client) -> None:
    shown = llama.show("thinker")
    assert {"completion", "tools", "thinking"} <= set(shown.capabilities)
    few = GREEDY | {"num_predict": 8}
    on = llama.chat("thinker", HELLO, think=True, options=few).prompt_eval_count
    off = llama.chat("thinker", HELLO, think=False, options=few).prompt_eval_count
    assert on != off
    status, sentence = refusal(lambda: llama.chat(STORIES, HELLO, think=True))
    assert (status, sentence) == (400, f'"{STORIES}" does not support thinking')


def test_a_conversation_with_tools(llama: ollama.Client) -> None:
    """Calls of earlier answers and their results are read, by id and by name."""
    def get_weather(city: str) -> str:
        """The weather of a city.

        Args:
          city: the city
        """
        return city

    called = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "get_weather", "arguments": {"city": "Rome"}}}]}
    result = {"role": "tool", "tool_name": "get_weather", "content": "sunny"}
    few = GREEDY | {"num_predict": 4}
    short = llama.chat("thinker", HELLO, tools=[get_weather], options=few)
    long = llama.chat("thinker", [*HELLO, called, result], tools=[get_weather], options=few)
    assert long.prompt_eval_count > short.prompt_eval_count


def test_pictures(llama: ollama.Client) -> None:
    assert "vision" in llama.show("vision").capabilities
    words = {True: set(), False: set()}
    for is_circle, color in ((True, (220, 30, 30)), (False, (30, 160, 50))):
        picture = shape(is_circle, color)
        message = {"role": "user", "content": "What is in the picture?", "images": [picture]}
        said = llama.chat("vision", [message], options=GREEDY | {"num_predict": 20}).message.content
        told = llama.generate("vision", "What is in the picture?", images=[base64.b64encode(picture).decode()],
                              options=GREEDY | {"num_predict": 20}).response
        assert said == told
        words[is_circle] = said
    assert words[True] != words[False]
    status, sentence = refusal(lambda: llama.chat(STORIES, [{"role": "user", "content": "?", "images": [shape(True, (1, 2, 3))]}]))
    assert (status, sentence) == (400, f'"{STORIES}" does not support vision')


def test_a_conversation_that_is_too_long_loses_its_oldest_messages(many: Router, llama: ollama.Client) -> None:
    told = "Once there was a cat that liked to sit in the sun. " * 6
    turns = [{"role": "system", "content": "Be kind."}]
    for _ in range(6):
        turns += [{"role": "user", "content": told}, {"role": "assistant", "content": told}]
    turns.append({"role": "user", "content": "Hello!"})
    body = {"model": "short", "messages": turns, "stream": False, "options": {"num_predict": 2}}
    with many.http() as http:
        answer = http.post("/api/chat", json=body)
        assert answer.status_code == 200, answer.text
        assert "oldest" in answer.headers["warning"] and 0 < answer.json()["prompt_eval_count"] < 256
        whole = http.post("/api/chat", json=body | {"truncate": False})
        assert whole.status_code == 400 and "context" in whole.json()["error"]
        # One message alone can't be made shorter.
        alone = http.post("/api/chat", json=body | {"messages": [{"role": "user", "content": told * 20}]})
        assert alone.status_code == 400 and "context" in alone.json()["error"]


def test_options_without_effect_are_told(many: Router) -> None:
    with many.http() as http:
        body = {"model": STORIES, "messages": HELLO, "stream": False, "options": {"num_ctx": 100_000, "num_gpu": 5, "num_predict": 1}}
        answer = http.post("/api/chat", json=body)
    assert answer.status_code == 200
    warnings = answer.headers.get_list("warning")
    assert any("num_ctx" in text and "2048" in text for text in warnings) and any("num_gpu" in text for text in warnings)


# --- vectors ---------------------------------------------------------------------------------------------------------

def test_vectors(llama: ollama.Client) -> None:
    model = "embed-tiny-F16"
    assert llama.show(model).capabilities == ["embedding"]
    answer = llama.embed(model, ["I like cats", "The sky is blue"])
    assert len(answer.embeddings) == 2 and answer.prompt_eval_count > 0 and answer.model == model
    one = llama.embed(model, "I like cats", dimensions=8)
    assert len(one.embeddings) == 1 and len(one.embeddings[0]) == 8
    assert sum(x * x for x in one.embeddings[0]) == pytest.approx(1, abs=1e-4)
    old = llama.embeddings(model, "I like cats")
    assert list(old.embedding) == pytest.approx(list(answer.embeddings[0]), abs=1e-6)
    # Texts beyond the context are cut, unless that is forbidden.
    long = "cat " * 4000
    assert len(llama.embed(model, long).embeddings) == 1
    assert refusal(lambda: llama.embed(model, long, truncate=False))[0] == 400
    assert refusal(lambda: llama.embed(STORIES, "x")) == (400, f'"{STORIES}" does not support embeddings')
    assert llama.embed(model, []).embeddings == []


# --- lists -----------------------------------------------------------------------------------------------------------

def test_lists(many: Router, llama: ollama.Client) -> None:
    models = {model.model: model for model in llama.list().models}
    listed = models[f"{STORIES}:latest"]
    assert listed.size > 0 and len(listed.digest) == 64 and listed.modified_at.year > 2000
    assert (listed.details.format, listed.details.family, listed.details.quantization_level) == ("gguf", "llama", "Q8_0")
    assert listed.details.parameter_size == "722K"
    # What the list says is what everything else takes, in any letters.
    for name in (listed.model, STORIES, STORIES.upper(), f"{STORIES}:LATEST"):
        assert llama.generate(name, "Hello!", options=GREEDY | {"num_predict": 1}).model == name
    running = {model.model: model for model in llama.ps().models}
    assert running[listed.model].size > 0 and running[listed.model].context_length == 2048
    assert running[listed.model].digest == listed.digest
    with many.http() as http:
        assert http.get("/api/version").json()["version"].count(".") == 2
        for path in ("/api/tags", "/api/ps", "/api/version"):
            assert http.head(path).status_code == 200


def test_what_there_is_to_know_of_a_model(many: Router, llama: ollama.Client) -> None:
    shown = llama.show("thinker")
    assert shown.modelinfo["general.architecture"] == "llama" and shown.modelinfo["llama.context_length"] > 0
    assert "temperature 0.5" in shown.parameters and "PARAMETER temperature 0.5" in shown.modelfile
    assert shown.template and shown.details.family == "llama"
    with many.http() as http:
        seeing = http.post("/api/show", json={"name": "vision", "verbose": True}).json()
    assert seeing["projector_info"]["clip.has_vision_encoder"] is True
    assert len(seeing["model_info"]["tokenizer.ggml.tokens"]) > 100 and shown.modelinfo["tokenizer.ggml.tokens"] is None
    assert refusal(lambda: llama.show("nobody")) == (404, "model 'nobody' not found")


def test_how_long_a_model_stays(many: Router, llama: ollama.Client) -> None:
    few = {"num_predict": 1}
    llama.generate(STORIES, "Hello!", keep_alive="1h", options=few)
    stays = {model.model: model.expires_at for model in llama.ps().models}[f"{STORIES}:latest"]
    assert timedelta(minutes=59) < stays - datetime.now(UTC) < timedelta(minutes=61)
    llama.chat(STORIES, HELLO, keep_alive=-1, options=few)
    stays = {model.model: model.expires_at for model in llama.ps().models}[f"{STORIES}:latest"]
    assert stays.year > 2300
    # It leaves with the answer.
    llama.chat(STORIES, HELLO, keep_alive=0, options=few)
    eventually(lambda: many.status(STORIES) == "unloaded", "the model leaves")
    # Nothing is loaded to be unloaded.
    loads = len([line for line in many.log if "Model loading" in line])
    answer = llama.generate(STORIES, keep_alive=0)
    assert (answer.done, answer.done_reason, answer.response) == (True, "unload", "")
    assert llama.chat(STORIES, keep_alive="0s").done_reason == "unload"
    assert len([line for line in many.log if "Model loading" in line]) == loads
    # Nothing but loading.
    answer = llama.generate(STORIES)
    assert (answer.done_reason, many.status(STORIES)) == ("load", "loaded")
    assert llama.chat(STORIES, keep_alive=0).done_reason == "unload"
    eventually(lambda: many.status(STORIES) == "unloaded", "the model leaves")
    assert "keep_alive" in refusal(lambda: llama.generate(STORIES, "x", keep_alive="soon"))[1]
    assert refusal(lambda: llama.generate("nobody", keep_alive=0))[0] == 404


# --- errors ----------------------------------------------------------------------------------------------------------

def test_errors_are_sentences(many: Router, llama: ollama.Client) -> None:
    assert refusal(lambda: llama.chat("nobody", HELLO)) == (404, "model 'nobody' not found")
    assert refusal(lambda: llama.chat(STORIES, HELLO, options={"temperature": "hot"})) == (
        400, "'options.temperature' must be a number, not a string")
    with many.http() as http:
        for path in ("/api/chat", "/api/generate", "/api/embed"):
            answer = http.post(path, json={"messages": HELLO})
            assert answer.status_code == 400 and isinstance(answer.json()["error"], str), answer.text
        assert http.post("/api/show", content=b"").json() == {"error": "missing request body"}
        assert http.post("/api/show", json={}).json() == {"error": "model is required"}
        wrong = http.get("/api/chat")
        assert wrong.status_code == 405 and isinstance(wrong.json()["error"], str)
        assert http.get("/api/nothing").status_code == 404
        pushed = http.post("/api/push", json={"model": "x"})
        assert pushed.status_code == 501 and "Hugging Face" in pushed.json()["error"]


def test_a_worker_that_dies_in_a_stream_is_told_in_a_line(many: Router, llama: ollama.Client) -> None:
    # An answer may be over before the worker is.
    for _ in range(20):
        stream = llama.generate(STORIES, "Once upon a time", raw=True, stream=True, options={"num_predict": 2000})
        next(stream)
        for worker in many.workers:
            os.kill(worker.pid, signal.SIGKILL)
        try:
            lines = list(stream)
        except ollama.ResponseError as error:
            assert "SIGKILL" in error.error
            return
        assert lines[-1].done
    pytest.fail("no answer was long enough")


def test_a_client_that_leaves_frees_the_model(many: Router, llama: ollama.Client) -> None:
    stream = llama.generate(STORIES, "Once upon a time", raw=True, stream=True, options={"num_predict": 100_000})
    next(stream)
    stream.close()
    with many.http() as http:
        def in_flight() -> int:
            return next(m["details"]["in_flight"] for m in http.get("/models").json()["data"] if m["id"] == STORIES)
        eventually(lambda: in_flight() == 0, "nothing is in flight")


# --- downloads -------------------------------------------------------------------------------------------------------

def test_a_model_is_pulled_used_and_deleted(hub: Hub, cached_router: Callable[..., Router], bundled: Path) -> None:
    content = (bundled / f"{STORIES}.gguf").read_bytes()
    hub.repositories["tests/stories-GGUF"] = Repository({"stories-Q8_0.gguf": content})
    llama = ollama.Client(host=cached_router().address, timeout=60)
    name = "hf.co/tests/stories-GGUF:Q8_0"
    steps = list(llama.pull(name, stream=True))
    assert steps[0].status == "pulling manifest" and steps[-1].status == "success"
    files = [step for step in steps if step.total]
    assert files and files[-1].completed == files[-1].total == len(content)
    # Once is enough.
    assert llama.pull(name).status == "success"
    assert len([step for step in llama.pull(name, stream=True) if step.total]) == 0
    listed = [model.model for model in llama.list().models]
    assert listed == ["tests/stories-GGUF:Q8_0"]
    assert llama.chat(name, HELLO, options=GREEDY).message.content == ANSWER
    assert llama.delete(name).status == "success"
    assert llama.list().models == []
    assert refusal(lambda: llama.delete(name))[0] == 404
    status, sentence = refusal(lambda: llama.pull("llama3.2"))
    assert status == 404 and "hf.co/" in sentence
    with pytest.raises(ollama.ResponseError):
        list(llama.pull("hf.co/tests/nothing:Q8_0", stream=True))


def test_a_model_of_a_folder_is_not_deleted(many: Router, llama: ollama.Client) -> None:
    status, sentence = refusal(lambda: llama.delete(STORIES))
    assert status == 400 and "delete its file" in sentence
    assert f"{STORIES}:latest" in [model.model for model in llama.list().models]


# --- where it listens ------------------------------------------------------------------------------------------------

def test_where_ollama_is_looked_for(binaries: Path, bundled: Path, free_port: int) -> None:
    router = Router(binaries, bundled, "--ollama", environment={
        "OLLAMA_HOST": f"127.0.0.1:{free_port}", "OLLAMA_ORIGINS": "https://app.example"})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=30) as http:
            assert http.get("/").text == "Ollama is running" and http.head("/").status_code == 200
            allowed = http.get("/api/tags", headers={"Origin": "https://app.example"})
            assert allowed.headers["access-control-allow-origin"] == "https://app.example"
            assert http.get("/api/tags", headers={"Origin": "https://other.example"}).status_code == 403
            assert http.get("/v1/models").status_code == 200
        client = ollama.Client(host=f"127.0.0.1:{free_port}", timeout=60)
        assert client.chat(STORIES, HELLO, options=GREEDY).message.content == ANSWER
        # The other address has its page.
        with router.http() as http:
            assert http.get("/").headers["content-type"].startswith("text/html")
    finally:
        router.stop()


def test_one_model_alone_speaks_it_too(binaries: Path, bundled: Path, free_port: int) -> None:
    router = Router(binaries, None, "-m", str(bundled / f"{STORIES}.gguf"))
    try:
        client = ollama.Client(host=router.address, timeout=60)
        assert client.chat("whatever", HELLO, options=GREEDY).message.content == ANSWER
        assert len(client.list().models) == 1
    finally:
        router.stop()
