# SPDX-License-Identifier: MIT
"""The API's own document (/openapi.json), and the running server asked by what schemathesis makes of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from builds import REPOSITORY, STORIES
from programs import Router

FIXTURES = REPOSITORY / "Tests" / "Conformance" / "models"
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "12"))  # of each operation
# They have no end, or an end that the test hasn't: /cors-proxy goes to other servers.
ENDLESS = ("/models/sse", "/activity/sse")


@pytest.fixture(scope="module")
def served(binaries: Path, bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    """A router with a model that writes and one that embeds; its answers are short."""
    folder = tmp_path_factory.mktemp("openapi")
    shutil.copy(bundled / f"{STORIES}.gguf", folder / "writer.gguf")
    shutil.copy(FIXTURES / "embed-tiny-F16.gguf", folder / "vectors.gguf")
    presets = folder / "presets.ini"
    presets.write_text("[writer]\nctx-size = 512\npredict = 4\nslots = true\n\n[vectors]\nembeddings = true\npooling = mean\n")
    program = Router(binaries, folder, "--models-preset", str(presets), "--models-max", "2")
    yield program
    program.stop()


def test_the_document_is_one(served: Router) -> None:
    """It is OpenAPI 3.1, and each operation can be read by its library."""
    document = httpx.get(f"{served.address}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    schema = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 80
    assert {operation.method for operation in operations} >= {"get", "post", "delete"}


def model_for(path: str) -> str:
    return "vectors" if "embed" in path else "writer"


@pytest.mark.timeout(1800)
def test_what_schemathesis_asks_is_answered_as_the_document_says(served: Router) -> None:
    """No answer is a fault of the server's, or one that the document doesn't know."""
    schema = schemathesis.openapi.from_url(f"{served.address}/openapi.json")
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in ENDLESS:
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            if isinstance(case.body, dict):
                # A name that isn't there would be the end of nearly every request.
                if "model" in case.body and not case.path.startswith("/models"):
                    case.body["model"] = model_for(case.path)
                # Answers end.
                for name in ("max_tokens", "n_predict", "max_output_tokens", "max_completion_tokens"):
                    if isinstance(case.body.get(name), int):
                        case.body[name] = min(case.body[name], 4)
                if isinstance(case.body.get("n"), int):
                    case.body["n"] = min(case.body["n"], 3)
            if isinstance(case.query, dict) and "follow" in case.query:
                del case.query["follow"]
            response = case.call(timeout=60)
            text = f"{response.request.method} {response.request.url} {case.body!r}: {response.status_code} {response.text[:500]}"
            # 501 says that a model isn't set up for this, 503 that the server is busy.
            assert response.status_code < 500 or response.status_code in (501, 503) or says_so(case.path, response), text
            case.validate_response(response, checks=[status_code_conformance, content_type_conformance, response_schema_conformance])

        ask()
    assert asked > 500
    assert served.statuses()["writer"] in ("loaded", "unloaded")


def says_so(path: str, response: schemathesis.Response) -> bool:
    """llama-server's 500 for what can't be done, with a sentence that says why."""
    return response.status_code == 500 and "error" in response.text and path in (
        "/models", "/models/load", "/models/unload", "/models/pin", "/models/reload")
