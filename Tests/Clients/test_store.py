# SPDX-License-Identifier: MIT
"""Conversations outlive their worker: eviction, sleep, restart and a crash cost no prompt that was computed before."""

import json
import os
import shutil
import signal
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import PIRATE, REPOSITORY, STORIES
from pictures import part, shape, uri
from processes import eventually
from programs import Router, Worker

# Which cells tokens lie in decides how flash attention rounds; texts are compared.
SAME = ("-fa", "off")
PROMPT = " ".join(f"{name} went to the market number {number}." for number, name in enumerate(["Tom", "Ann", "Bob", "Eve"] * 12))
SUFFIX = ".state"
MODELS = REPOSITORY / "Tests" / "Conformance" / "models"


def ask(program: Worker | Router, prompt: str, tokens: int = 8, **more) -> dict:
    body = {"prompt": prompt, "n_predict": tokens, "temperature": 0} | more
    with program.http() as http:
        answer = http.post("/completion", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def end(program: Worker) -> None:
    """Ends a worker as its router does."""
    program.process.stdin.write(b'{"command":"stop"}\n')
    program.process.stdin.flush()
    program.process.wait(timeout=20)


def records(folder: Path) -> list[Path]:
    return sorted((folder / "enginehouse-states").glob(f"*{SUFFIX}"))


@pytest.fixture
def kept(worker: Callable[..., Worker], tmp_path: Path) -> Callable[..., Worker]:
    """kept() starts a worker whose conversations lie in tmp_path, and waits until it serves."""

    def start(*arguments: str, size: int = 100, **more) -> Worker:
        return worker("--cache-disk", f"{size},{tmp_path}", *SAME, *arguments, **more).wait_until_ready()

    return start


def test_a_restart_computes_only_what_is_new(kept: Callable[..., Worker], worker: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    answer = ask(first, PROMPT)
    end(first)
    record, = records(tmp_path)
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(record.parent.stat().st_mode) == 0o700
    longer = PROMPT + answer["content"] + " And then"
    again = ask(kept(), longer)
    fresh = ask(worker(*SAME).wait_until_ready(), longer)
    assert again["content"] == fresh["content"]
    total = fresh["timings"]["prompt_n"]
    assert again["timings"]["cache_n"] + again["timings"]["prompt_n"] == total
    assert again["timings"]["prompt_n"] <= 8, again["timings"]


def test_a_crash_costs_what_was_not_saved_yet(kept: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    answer = ask(first, PROMPT)
    # Nothing is to be done for a while.
    eventually(lambda: records(tmp_path), "the conversation is written", 20)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait(timeout=20)
    again = ask(kept(), PROMPT + answer["content"] + " And then")
    assert again["timings"]["prompt_n"] <= 8, again["timings"]


def test_a_busy_worker_writes_what_left_its_slot(kept: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    answer = ask(first, PROMPT)
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            ask(first, "Once upon a time", tokens=400, ignore_eos=True)

    others = [threading.Thread(target=work) for _ in range(2)]
    for other in others:
        other.start()
    try:
        eventually(lambda: records(tmp_path), "it is written beside other work", 30)
    finally:
        is_over.set()
        for other in others:
            other.join(60)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait(timeout=20)
    again = ask(kept(), PROMPT + answer["content"] + " And then")
    assert again["timings"]["prompt_n"] <= 8, again["timings"]


def test_a_conversation_that_grows_takes_the_place_of_what_it_was(kept: Callable[..., Worker], tmp_path: Path) -> None:
    program = kept()
    answer = ask(program, PROMPT)
    eventually(lambda: records(tmp_path), "the conversation is written", 20)
    before = records(tmp_path)
    ask(program, PROMPT + answer["content"] + " And then they went home.")
    eventually(lambda: len(records(tmp_path)) == 1 and records(tmp_path) != before, "the longer one replaces it", 20)


def test_a_longer_one_that_was_written_at_the_end_replaces_the_shorter_one(kept: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    answer = ask(first, PROMPT)
    eventually(lambda: records(tmp_path), "the conversation is written", 20)
    ask(first, PROMPT + answer["content"] + " And then they went home.")
    end(first)
    end(kept())
    eventually(lambda: len(records(tmp_path)) == 1, "one is left")


@pytest.mark.parametrize("model", ["qwen35", "lfm2", "mamba", "gemma3"])
def test_every_memory_comes_back(model: str, kept: Callable[..., Worker], worker: Callable[..., Worker]) -> None:
    """Two hybrids, a recurrent model and one with windows: where a chat goes on, and from a checkpoint within it."""
    options = dict(model=MODELS / f"{model}.gguf")
    exact = ("-t", "1", "-ctk", "f32", "-ctv", "f32")
    first = kept(*exact, **options)
    answer = ask(first, PROMPT)
    end(first)
    # What is behind the last checkpoint is the prompt's end and the answer, which may have other tokens as a part of a prompt.
    for prompt, most in (PROMPT + answer["content"] + " And then", 24), (PROMPT, 8):
        second = kept(*exact, **options)
        again = ask(second, prompt)
        end(second)
        assert again["timings"]["prompt_n"] <= most, again["timings"]
        assert again["content"] == ask(worker(*SAME, *exact, **options).wait_until_ready(), prompt)["content"]


def test_an_adapter_is_part_of_what_was_computed(kept: Callable[..., Worker]) -> None:
    lora = ("--lora", str(MODELS / "pirate-adapter-F16.gguf"))
    first = kept(*lora)
    answer = ask(first, PROMPT)
    end(first)
    again = ask(kept(*lora), PROMPT + answer["content"] + " And then")
    assert again["timings"]["prompt_n"] <= 8, again["timings"]
    without = ask(kept(*lora), PROMPT, lora=[{"id": 0, "scale": 0}])
    assert without["timings"]["cache_n"] == 0


def test_a_picture_is_not_looked_at_again(kept: Callable[..., Worker]) -> None:
    options = dict(model=MODELS / "vision-tiny-Q8_0.gguf")
    arguments = ("--mmproj", str(MODELS / "mmproj-vision-tiny-F16.gguf"), "-c", "1024")

    def cached(program: Worker, color: tuple[int, int, int]) -> tuple[int, int]:
        content = [{"type": "text", "text": "What is this:\n"}, part(uri(shape(True, color)))]
        body = {"messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 4}
        with program.http() as http:
            usage = http.post("/v1/chat/completions", json=body).json()["usage"]
        return usage["prompt_tokens_details"]["cached_tokens"], usage["prompt_tokens"]

    first = kept(*arguments, **options)
    _, whole = cached(first, (220, 30, 30))
    end(first)
    second = kept(*arguments, **options)
    assert cached(second, (220, 30, 30))[0] >= whole - 4
    end(second)
    assert cached(kept(*arguments, **options), (30, 30, 220))[0] < whole // 2, "another picture"


def test_a_draft_model_has_what_it_held(kept: Callable[..., Worker], worker: Callable[..., Worker], bundled: Path, tmp_path: Path) -> None:
    draft = ("-md", str(bundled / f"{STORIES}.gguf"))
    first = kept(*draft)
    answer = ask(first, PROMPT)
    end(first)
    both = records(tmp_path)[0].stat().st_size
    longer = PROMPT + answer["content"] + " And then"
    fresh = ask(worker(*SAME).wait_until_ready(), longer, tokens=20)["content"]
    # The same draft model, another one, and none: the chat itself comes back each time.
    for arguments in draft, ("-md", str(bundled / f"{PIRATE}.gguf")), ():
        program = kept("-v", *arguments)
        again = ask(program, longer, tokens=20)
        assert again["timings"]["prompt_n"] <= 8, again["timings"]
        assert again["content"] == fresh
        assert again["timings"].get("draft_n", 0) > 0 or not arguments
        if arguments == draft:
            program.says("came back from the store,", "of the draft model")
        program.stop()
    for record in records(tmp_path):
        record.unlink()
    alone = kept()
    ask(alone, PROMPT)
    end(alone)
    assert records(tmp_path)[0].stat().st_size < 0.6 * both


def test_chats_that_begin_alike_keep_that_once(kept: Callable[..., Worker], worker: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept("-np", "2")
    chats = [PROMPT + rest for rest in (" Then Tom said", " But the dog ran home and")]
    for slot, chat in enumerate(chats):
        ask(first, chat, id_slot=slot)
    end(first)
    sizes = [record.stat().st_size for record in records(tmp_path)]
    assert len(sizes) == 2 and min(sizes) < max(sizes) / 2, sizes
    fresh = worker(*SAME).wait_until_ready()
    for chat in chats:
        again = ask(kept("-np", "2"), chat)
        assert again["timings"]["prompt_n"] <= 8, again["timings"]
        assert again["content"] == ask(fresh, chat)["content"]
    assert ask(kept("-np", "3"), chats[0])["timings"]["cache_n"] == 0, "another number of buffers is another layout"


def test_metrics_tell(kept: Callable[..., Worker]) -> None:
    first = kept()
    ask(first, PROMPT)
    end(first)
    second = kept("--metrics")
    ask(second, PROMPT + " And then")
    with second.http() as http:
        page = dict(line.split(" ") for line in http.get("/metrics").text.splitlines() if not line.startswith("#"))
    assert page["llamacpp:store_hits_total"] == "1"
    assert int(page["llamacpp:store_tokens_total"]) > 300 and int(page["llamacpp:store_read_bytes_total"]) > 10_000


@pytest.mark.parametrize("arguments", [("--rope-freq-scale", "0.5"), ("-ctk", "f32"), ("--model", PIRATE)])
def test_what_was_computed_otherwise_is_a_miss(
        arguments: tuple[str, ...], kept: Callable[..., Worker], worker: Callable[..., Worker], bundled: Path) -> None:
    first = kept()
    ask(first, PROMPT)
    end(first)
    options = dict(model=arguments[1]) if arguments[0] == "--model" else {}
    more = () if options else arguments
    other = ask(kept(*more, **options), PROMPT)
    assert other["timings"]["cache_n"] == 0
    assert other["content"] == ask(worker(*SAME, *more, **options).wait_until_ready(), PROMPT)["content"]


@pytest.mark.parametrize("damage", ["bit", "end", "empty", "words"])
def test_a_damaged_record_is_a_miss_and_goes(damage: str, kept: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    right = ask(first, PROMPT)["content"]
    end(first)
    record, = records(tmp_path)
    content = bytearray(record.read_bytes())
    if damage == "bit":
        content[len(content) // 2] ^= 4
    elif damage == "words":
        content[70] ^= 1
    else:
        content = content[:len(content) // 2] if damage == "end" else b""
    record.write_bytes(content)
    second = kept()
    answer = ask(second, PROMPT)
    assert answer["content"] == right and answer["timings"]["cache_n"] == 0
    assert not record.exists()


def test_a_record_that_others_removed_is_a_miss(kept: Callable[..., Worker], tmp_path: Path) -> None:
    first = kept()
    right = ask(first, PROMPT)["content"]
    end(first)
    second = kept()
    for record in records(tmp_path):
        record.unlink()
    answer = ask(second, PROMPT)
    assert answer["content"] == right and answer["timings"]["cache_n"] == 0


def test_the_bound_holds(kept: Callable[..., Worker], tmp_path: Path) -> None:
    program = kept("-np", "1", size=2)
    for number in range(8):
        ask(program, f"Story {number}. {PROMPT}")
    end(program)
    sizes = [record.stat().st_size for record in records(tmp_path)]
    assert sizes and sum(sizes) <= 2 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True,
                          timeout=20) if shutil.which("mount") else None
    if done is None or done.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def test_a_full_disk_costs_a_warning(worker: Callable[..., Worker], small_disk: Path) -> None:
    (small_disk / "other").write_bytes(bytes(900_000))
    program = worker("--cache-disk", f"100,{small_disk}", *SAME).wait_until_ready()
    right = ask(program, PROMPT)["content"]
    eventually(lambda: "a state is not kept" in program.said, "the log says so", 20)
    assert ask(program, PROMPT)["content"] == right
    end(program)
    assert not [path for path in (small_disk / "enginehouse-states").iterdir() if path.name != "limit"]


def test_on_a_small_disk_the_last_ones_stay(worker: Callable[..., Worker], small_disk: Path) -> None:
    program = worker("--cache-disk", f"100,{small_disk}", "-np", "1", *SAME).wait_until_ready()
    for number in range(6):
        ask(program, f"Story {number}. {PROMPT}")
    end(program)
    assert records(small_disk)
    again = worker("--cache-disk", f"100,{small_disk}", "-np", "1", *SAME).wait_until_ready()
    assert max(ask(again, f"Story {number}. {PROMPT} x")["timings"]["cache_n"] for number in range(6)) > 300


def test_a_folder_that_others_can_enter_is_not_used(kept: Callable[..., Worker], tmp_path: Path) -> None:
    folder = tmp_path / "enginehouse-states"
    folder.mkdir(mode=0o755)
    program = kept()
    ask(program, PROMPT)
    assert f"chmod 700 '{folder}'" in program.said
    end(program)
    assert not list(folder.iterdir())


def test_an_option_that_says_no_place_is_an_error(binaries: Path, bundled: Path) -> None:
    command = [str(binaries / "enginehouse"), "--models-dir", str(bundled), "--port", "0", "--cache-disk", "many"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert refused.returncode != 0 and "--cache-disk: must be MIB or MIB,DIR" in refused.stderr


# The command.


def run(binaries: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [str(binaries / "enginehouse"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL, env=os.environ | environment)


def test_the_command_lists_checks_and_clears(kept: Callable[..., Worker], binaries: Path, tmp_path: Path) -> None:
    folder = ("--dir", str(tmp_path))
    assert "No conversations lie in" in run(binaries, "cache", *folder).stderr
    program = kept()
    ask(program, PROMPT)
    ask(program, "Another one. " + PROMPT)
    end(program)
    listed = json.loads(run(binaries, "cache", "list", "--json", *folder).stdout)
    assert listed["folder"] == str(tmp_path / "enginehouse-states")
    assert [entry["model"] for entry in listed["conversations"]] == [f"{STORIES}.gguf"] * 2
    assert all(entry["tokens"] > 300 and entry["bytes"] > 10_000 for entry in listed["conversations"])
    assert f"{STORIES}.gguf" in run(binaries, "cache", LLAMA_ARG_CACHE_DISK=f"10,{tmp_path}").stdout
    assert "2 of 2 conversations" in run(binaries, "cache", "verify", *folder).stdout
    damaged = records(tmp_path)[0]
    damaged.write_bytes(damaged.read_bytes()[:-1])
    checked = run(binaries, "cache", "verify", *folder)
    assert checked.returncode == 1 and damaged.name in checked.stdout and not damaged.exists()
    asked = run(binaries, "cache", "clear", *folder)
    assert asked.returncode == 2 and "-y" in asked.stderr and records(tmp_path)
    assert run(binaries, "cache", "clear", "-y", *folder).returncode == 0
    assert not records(tmp_path)


def test_doctor_looks_at_the_folder(binaries: Path, tmp_path: Path) -> None:
    place = {"LLAMA_ARG_CACHE_DISK": f"10,{tmp_path}"}
    assert "which the first one makes" in run(binaries, "doctor", **place).stdout
    (tmp_path / "enginehouse-states").mkdir(mode=0o755)
    found = run(binaries, "doctor", **place)
    assert found.returncode == 1 and "chmod 700" in " ".join(found.stdout.split())


# The router.


def memory_folders() -> set[str]:
    return {name for name in os.listdir("/dev/shm") if name.startswith("enginehouse-")}


def test_an_evicted_chat_is_not_computed_again(router: Callable[..., Router]) -> None:
    before = memory_folders()
    program = router("--models-max", "1", *SAME)
    answer = ask(program, PROMPT, model=STORIES)
    ask(program, PROMPT, model=PIRATE)
    folder, = memory_folders() - before
    assert stat.S_IMODE(os.stat(f"/dev/shm/{folder}").st_mode) == 0o700
    again = ask(program, PROMPT + answer["content"] + " And then", model=STORIES)
    assert again["timings"]["prompt_n"] <= 8, again["timings"]
    program.stop()
    assert memory_folders() <= before, "nothing is left of it"


def test_nor_after_sleep_nor_after_a_crash(router: Callable[..., Router]) -> None:
    program = router("--sleep-idle-seconds", "1", *SAME)
    answer = ask(program, PROMPT, model=STORIES)
    eventually(lambda: program.status(STORIES) == "sleeping", "it sleeps")
    longer = PROMPT + answer["content"] + " And then"
    again = ask(program, longer, model=STORIES)
    assert again["timings"]["prompt_n"] <= 8, again["timings"]
    eventually(lambda: program.status(STORIES) == "sleeping", "it sleeps")
    worker, = program.workers
    os.kill(worker.pid, signal.SIGKILL)
    eventually(lambda: program.status(STORIES) != "sleeping", "it is gone")
    last = ask(program, longer + again["content"] + " more", model=STORIES)
    assert last["timings"]["prompt_n"] <= 8, last["timings"]


def test_a_restarted_router_has_what_lies_on_the_disk(router: Callable[..., Router], tmp_path: Path) -> None:
    first = router("--cache-disk", f"100,{tmp_path}", *SAME)
    answer = ask(first, PROMPT, model=STORIES)
    first.stop()
    second = router("--cache-disk", f"100,{tmp_path}", *SAME)
    again = ask(second, PROMPT + answer["content"] + " And then", model=STORIES)
    assert again["timings"]["prompt_n"] <= 8, again["timings"]


def test_without_main_memory_for_it_nothing_is_kept(router: Callable[..., Router]) -> None:
    before = memory_folders()
    program = router("--models-max", "1", "--cache-ram", "0", *SAME)
    ask(program, PROMPT, model=STORIES)
    assert memory_folders() == before
