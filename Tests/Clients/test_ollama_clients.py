# SPDX-License-Identifier: MIT
"""What others built on Ollama's API: LangChain, LlamaIndex, LiteLLM, and what Open WebUI asks for."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

# It fetches prices from the network otherwise, and waits for them.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import httpx  # noqa: E402
import litellm  # noqa: E402
from langchain_ollama import ChatOllama, OllamaEmbeddings, OllamaLLM  # noqa: E402
from llama_index.core.llms import ChatMessage  # noqa: E402
from llama_index.core.prompts import PromptTemplate  # noqa: E402
from llama_index.embeddings.ollama import OllamaEmbedding  # noqa: E402
from llama_index.llms.ollama import Ollama  # noqa: E402

from builds import REPOSITORY, STORIES  # noqa: E402
from programs import Router  # noqa: E402

ANSWER = "Hello! How can I help you today?"
EMBEDDER = "embed-tiny-F16"


class Choice(BaseModel):
    """An answer in a shape."""

    number: int


@pytest.fixture(scope="module")
def url(binaries: Path, bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a router with a model that chats and one that gives vectors."""
    folder = tmp_path_factory.mktemp("ollama")
    shutil.copy(bundled / f"{STORIES}.gguf", folder)
    shutil.copy(REPOSITORY / "Tests" / "Conformance" / "models" / f"{EMBEDDER}.gguf", folder)
    presets = folder / "presets.ini"
    presets.write_text(f"[{EMBEDDER}]\nembeddings = true\npooling = mean\n")
    program = Router(binaries, folder, "--models-preset", str(presets), "-c", "2048")
    yield program.address
    program.stop()


def test_langchain(url: str) -> None:
    chat = ChatOllama(model=STORIES, base_url=url, temperature=0)
    answer = chat.invoke("Hello!")
    assert answer.content == ANSWER and answer.response_metadata["done_reason"] == "stop"
    assert answer.usage_metadata["output_tokens"] > 0
    assert "".join(part.content for part in chat.stream("Hello!")) == ANSWER
    assert OllamaLLM(model=STORIES, base_url=url, temperature=0).invoke("Hello!") == ANSWER
    assert isinstance(chat.with_structured_output(Choice, method="json_schema").invoke("Hello!"), Choice)
    vectors = OllamaEmbeddings(model=EMBEDDER, base_url=url).embed_documents(["cats", "dogs"])
    assert len(vectors) == 2 and len(vectors[0]) == len(vectors[1]) > 0


def test_langchain_looks_before_it_asks(url: str) -> None:
    assert ChatOllama(model=STORIES, base_url=url, validate_model_on_init=True).model == STORIES
    with pytest.raises(ValueError, match="not found"):
        ChatOllama(model="nobody", base_url=url, validate_model_on_init=True)


def test_llama_index(url: str) -> None:
    llm = Ollama(model=STORIES, base_url=url, request_timeout=60, temperature=0)
    assert llm.complete("Hello!").text == ANSWER
    assert llm.chat([ChatMessage(role="user", content="Hello!")]).message.content == ANSWER
    assert "".join(part.delta for part in llm.stream_complete("Hello!")) == ANSWER
    assert isinstance(llm.structured_predict(Choice, PromptTemplate("Hello!")), Choice)
    assert len(OllamaEmbedding(model_name=EMBEDDER, base_url=url).get_text_embedding("cats")) > 0


def test_litellm(url: str) -> None:
    hello = [{"role": "user", "content": "Hello!"}]
    for provider in ("ollama_chat", "ollama"):
        answer = litellm.completion(model=f"{provider}/{STORIES}", api_base=url, messages=hello, temperature=0)
        assert answer.choices[0].message.content == ANSWER and answer.usage.completion_tokens > 0
        parts = litellm.completion(model=f"{provider}/{STORIES}", api_base=url, messages=hello, temperature=0, stream=True)
        assert "".join(part.choices[0].delta.content or "" for part in parts) == ANSWER
    vectors = litellm.embedding(model=f"ollama/{EMBEDDER}", api_base=url, input=["cats", "dogs"])
    assert len(vectors.data) == 2


def test_what_open_webui_asks_for(url: str) -> None:
    """Its connection: verified by the version, models by tags and by what runs, and then a chat in lines."""
    with httpx.Client(base_url=url, timeout=60) as http:
        assert http.get("/api/version").json()["version"]
        tags = http.get("/api/tags").json()["models"]
        chosen = next(model for model in tags if model["name"].startswith(STORIES))
        # It takes a name without a tag for one with `:latest`, which the list must have.
        assert chosen["model"] == f"{STORIES}:latest" and "details" in chosen
        assert isinstance(http.get("/api/ps").json()["models"], list)
        assert "completion" in http.post("/api/show", json={"name": chosen["model"]}).json()["capabilities"]
        body = {"model": chosen["model"], "messages": [{"role": "user", "content": "Hello!"}], "stream": True,
                "options": {"temperature": 0}, "keep_alive": "5m", "metadata": {}}
        with http.stream("POST", "/api/chat", json=body) as answer:
            lines = [json.loads(line) for line in answer.iter_lines()]
        assert "".join(line["message"]["content"] for line in lines) == ANSWER
        assert {"total_duration", "prompt_eval_count", "eval_count"} <= set(lines[-1])
        vectors = http.post("/api/embed", json={"model": f"{EMBEDDER}:latest", "input": ["cats"], "truncate": True}).json()
        assert len(vectors["embeddings"]) == 1
