# SPDX-License-Identifier: MIT
"""Slots over HTTP: what they hold is saved, restored and erased; full contexts shift."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processes import eventually
from programs import Worker

PROMPT = "Once upon a time there was a little girl who lived in a small house near the big dark forest."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where slots are saved."""
    return tmp_path_factory.mktemp("slots")


@pytest.fixture(scope="module")
def saving(binaries: Path, bundled: Path, folder: Path) -> Iterator[Worker]:
    """A worker with two slots that can be saved."""
    program = Worker(binaries, bundled / "stories-chat-Q8_0.gguf", "-c", "1024", "-np", "2", "--slot-save-path", str(folder),
                     "--cache-ram", "0", "-t", "1")
    try:
        program.wait_until_ready()
        yield program
    finally:
        program.stop()


def complete(http, slot: int, prompt: str = PROMPT, **fields) -> dict:
    """An answer of a slot."""
    answer = http.post("/completion", json={"prompt": prompt, "id_slot": slot, "n_predict": 4, "temperature": 0} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_save_and_restore(saving: Worker, folder: Path) -> None:
    with saving.http() as http:
        first = complete(http, 1)
        saved = http.post("/slots/1?action=save", json={"filename": "girl.bin"}).json()
        held = first["timings"]["prompt_n"] + first["tokens_predicted"] - 1
        assert saved["id_slot"] == 1 and saved["filename"] == "girl.bin" and saved["n_saved"] == held
        assert saved["n_written"] == (folder / "girl.bin").stat().st_size and saved["timings"]["save_ms"] >= 0
        assert complete(http, 1, "Something else altogether, which has nothing to do with it.")["timings"]["cache_n"] < 3
        restored = http.post("/slots/0?action=restore", json={"filename": "girl.bin"}).json()
        assert restored["n_restored"] == held and restored["n_read"] == saved["n_written"]
        again = complete(http, 0)
        assert again["content"] == first["content"] and again["timings"]["prompt_n"] == 1


def test_what_was_changed_is_not_restored(saving: Worker, folder: Path) -> None:
    """Case D9: whatever happened to a file, the worker lives and says so."""
    with saving.http() as http:
        complete(http, 1)
        saved = http.post("/slots/1?action=save", json={"filename": "whole.bin"}).json()
        whole = (folder / "whole.bin").read_bytes()
        assert len(whole) == saved["n_written"]

        def restore(content: bytes) -> str:
            (folder / "changed.bin").write_bytes(content)
            answer = http.post("/slots/0?action=restore", json={"filename": "changed.bin"})
            assert answer.status_code == 400, answer.text
            assert "Unable to restore slot" in answer.text
            return answer.json()["error"]["message"]

        for place in [*range(0, 64), *range(64, len(whole), len(whole) // 60)]:
            changed = bytearray(whole)
            changed[place] ^= 1 << place % 8
            restore(bytes(changed))
        assert "damaged" in restore(whole[:100] + b"x" + whole[100:])
        for length in (0, 1, 31, 32, 1000, len(whole) - 1):
            restore(whole[:length])
        # llama-server's own format, and that of our older versions, lacks the seal.
        assert "isn't a file that this version has saved" in restore(whole[:-32])
        assert http.post("/slots/0?action=restore", json={"filename": "whole.bin"}).json()["n_restored"] == saved["n_saved"]
        assert complete(http, 0)["timings"]["prompt_n"] == 1


def test_another_models_file_is_not_restored(saving: Worker, folder: Path, worker: Callable[..., Worker]) -> None:
    """The same shape and the same words, but other weights."""
    with saving.http() as http:
        complete(http, 1)
        assert http.post("/slots/1?action=save", json={"filename": "stories.bin"}).status_code == 200
    for arguments in (("pirate-chat-Q8_0",), ("stories-chat-Q8_0", "-ctk", "f32")):
        program = worker("-c", "1024", "--slot-save-path", str(folder), *arguments[1:], model=arguments[0]).wait_until_ready()
        with program.http() as http:
            answer = http.post("/slots/0?action=restore", json={"filename": "stories.bin"})
            assert answer.status_code == 400 and "another model" in answer.text
            assert complete(http, 0)["tokens_predicted"] == 4


def test_erase(saving: Worker) -> None:
    with saving.http() as http:
        complete(http, 1)
        erased = http.post("/slots/1?action=erase").json()
        assert erased["id_slot"] == 1 and erased["n_erased"] > 10
        assert http.post("/slots/1?action=erase").json()["n_erased"] == 0
        assert http.post("/slots/0?action=erase").status_code == 200
        assert complete(http, 1)["timings"]["cache_n"] == 0


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\\b", ".hidden", "a\u0000b", "x" * 300])
def test_names_stay_in_the_folder(saving: Worker, folder: Path, name: str) -> None:
    with saving.http() as http:
        for action in ("save", "restore"):
            assert http.post(f"/slots/0?action={action}", json={"filename": name}).status_code == 400
    assert {path.name for path in folder.parent.iterdir()} >= {folder.name}
    assert all(path.parent == folder for path in folder.rglob("*"))


def test_refused(saving: Worker, folder: Path) -> None:
    (folder / "broken.bin").write_bytes(b"no state")
    with saving.http() as http:
        for path, body in (("/slots/9?action=save", {"filename": "a"}), ("/slots/x?action=save", {"filename": "a"}),
                           ("/slots/0?action=dance", {"filename": "a"}), ("/slots/0?action=save", {}),
                           ("/slots/0?action=restore", {"filename": "nothing.bin"}),
                           ("/slots/0?action=restore", {"filename": "broken.bin"})):
            answer = http.post(path, json=body)
            assert answer.status_code == 400, (path, answer.text)
        complete(http, 0)


def test_a_busy_slot_is_waited_for(saving: Worker) -> None:
    with saving.http() as http:
        # Long enough that it is seen at work, also on a busy machine.
        thread = threading.Thread(target=complete, args=(http, 0), kwargs={"n_predict": 480, "ignore_eos": True})
        thread.start()
        eventually(lambda: http.get("/slots").json()[0]["is_processing"], "the slot is busy")
        saved = http.post("/slots/0?action=save", json={"filename": "busy.bin"}).json()
        thread.join()
        assert saved["n_saved"] > 480


def test_without_a_folder(shared_worker: Worker) -> None:
    with shared_worker.http() as http:
        assert http.post("/slots/0?action=save", json={"filename": "a"}).status_code == 501


# Nothing is locked for root.
@pytest.mark.parametrize("kind", ["missing", "file", *(["locked"] if os.geteuid() else [])])
def test_a_folder_that_cannot_be_used(worker: Callable[..., Worker], tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "file":
        path.write_text("")
    elif kind == "locked":
        path.mkdir(mode=0o500)
    program = worker("--slot-save-path", str(path))
    assert program.wait() != 0
    program.says("slot-save-path", str(path))


def test_full_contexts(worker: Callable[..., Worker]) -> None:
    fields = {"n_predict": 300, "ignore_eos": True}
    program = worker("-c", "128", "-np", "1").wait_until_ready()
    with program.http() as http:
        answer = complete(http, 0, **fields)
        assert answer["truncated"] and answer["tokens_predicted"] < 256 and answer["stop_type"] == "limit"
        long = http.post("/completion", json={"prompt": PROMPT * 20})
        assert long.status_code == 400 and long.json()["error"]["type"] == "exceed_context_size_error"
    program = worker("-c", "128", "-np", "1", "--context-shift").wait_until_ready()
    with program.http() as http:
        answer = complete(http, 0, **fields)
        assert answer["truncated"] and answer["tokens_predicted"] == 300
        answer = complete(http, 0, n_keep=8, n_discard=16, **fields)
        assert answer["tokens_predicted"] == 300
        assert http.post("/completion", json={"prompt": PROMPT * 20}).status_code == 400
