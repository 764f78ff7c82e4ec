# SPDX-License-Identifier: MIT
"""Files whose names were made to harm: they forge no line of a log, colour no terminal, and are served or explained (D15)."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from conftest import TINY
from programs import Router

FORGED = "new\nline forged info router: x"
COLOURED = "esc\x1b[31mred"


def test_names_with_controls_are_served_and_forge_nothing(
        router: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    for name in (FORGED, COLOURED):
        shutil.copy(bundled / f"{TINY}.gguf", tmp_path / f"{name}.gguf")
    server = router(models=tmp_path)
    assert sorted(server.models()) == [COLOURED, FORGED]
    with server.http() as http:
        for name in (FORGED, COLOURED):
            answer = http.post("/v1/completions", json={"model": name, "prompt": "Once", "max_tokens": 1})
            assert answer.status_code == 200 and answer.json()["model"] == name
            assert http.get("/models/" + quote(name, safe="")).json()["id"] == name
        assert "line forged" in http.get("/metrics").text
        assert not any(line.startswith("line forged") for line in http.get("/metrics").text.split("\n"))
    assert any("new\\nline forged" in line for line in server.log)
    assert not any(line.startswith("line forged") or "\x1b" in line for line in server.log)


def test_a_name_that_is_no_text_is_listed_with_the_reason(
        router: Callable[..., Router], bundled: Path, tmp_path: Path) -> None:
    shutil.copy(os.fsencode(bundled / f"{TINY}.gguf"), os.fsencode(tmp_path) + b"/bad\xff.gguf")
    server = router(models=tmp_path)
    (name, entry), = server.models().items()
    assert entry["status"]["failed"] and "not valid UTF-8" in entry["status"]["reason"]
    with server.http() as http:
        answer = http.post("/v1/completions", json={"model": name, "prompt": "Once"})
    assert answer.status_code == 500 and "rename it" in answer.json()["error"]["message"]


def test_a_folder_whose_name_is_no_text_is_told(router: Callable[..., Router], models: Path) -> None:
    folder = os.fsencode(models) + b"/bad\xff"
    os.mkdir(folder)
    shutil.copy(os.fsencode(models / f"{TINY}.gguf"), folder + b"/inside.gguf")
    server = router(models=models)
    assert TINY in server.models()
    server.says("not valid UTF-8", "rename it")
