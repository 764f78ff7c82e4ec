# SPDX-License-Identifier: MIT
"""The view of models: what there is, what can be done to it, and why one doesn't load."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browsing import Visit
from conftest import PIRATE, REPOSITORY, STORIES, TINY
from hub import Hub
from processes import eventually
from programs import Router

MODEL = "tests/stories-GGUF:Q8_0"


def spoil(models: Path) -> None:
    """Adds a file that is cut off, and one that only the engine knows to be wrong."""
    data = (models / f"{STORIES}.gguf").read_bytes()
    (models / "cut.gguf").write_bytes(data[:300_000])
    (models / "cat.gguf").write_bytes(data.replace(b"llama", b"a cat"))


def row(page: Page, name: str) -> Locator:
    """A model's row."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def names(page: Page) -> list[str]:
    """The models in the order in which they are shown."""
    return page.locator(".model-name").all_text_contents()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360], ids=["desktop", "phone"])
def test_it_looks_right_and_is_accessible(router: Callable[..., Router], models: Path, visit: Callable[..., Visit],
                                          width: int, dark: bool) -> None:
    spoil(models)
    kind = f"{'phone' if width < 500 else 'desktop'}-{'dark' if dark else 'light'}"
    opened = visit(router(models=models), "#/models", width=width, dark=dark)
    expect(opened.page).to_have_title("Models · Enginehouse")
    row(opened.page, PIRATE).get_by_role("button", name=f"Load: {PIRATE}").click()
    expect(row(opened.page, PIRATE)).to_contain_text("loaded")
    expect(row(opened.page, PIRATE)).to_contain_text("MiB")
    opened.check_access()
    opened.look(f"models-{kind}")
    for name in (PIRATE, "cut"):
        opened.page.goto(f"{opened.address}/#/models/{name}")
        expect(opened.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(opened.page.locator("pre[aria-label=Preset]")).to_contain_text(f"[{name}]")
        opened.check_access()
        opened.look(f"model-{name}-{kind}")


def test_all_is_listed_searched_and_sorted(router: Callable[..., Router], models: Path, visit: Callable[..., Visit]) -> None:
    shutil.copy(REPOSITORY / "models" / f"{TINY}.gguf", models)
    opened = visit(router(models=models), "#/models")
    page = opened.page
    expect(page.locator(".model-name")).to_have_count(3)
    assert names(page) == [PIRATE, STORIES, TINY]
    for word in ("Q8_0", "722k", "llama", "777.3 KiB", "2,048", "not loaded"):
        expect(row(page, PIRATE)).to_contain_text(word)
    expect(page.locator("eh-models .page-head")).to_contain_text("3 models · 0 loaded")
    page.get_by_role("button", name="Size").click()
    expect(page.locator(".model-name").first).to_have_text(TINY)
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Size").click()
    expect(page.locator(".model-name").last).to_have_text(TINY)
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Sort by").select_option(label="Sort by parameters")
    expect(page.locator(".model-name").last).to_have_text(TINY)
    page.reload()
    # The order is remembered.
    expect(page.get_by_label("Sort by")).to_have_value("parameters")
    page.get_by_label("Search models").fill("f32 folder")
    expect(page.locator(".model-name")).to_have_count(0)
    page.get_by_label("Search models").fill("F32 llama")
    expect(page.locator(".model-name")).to_have_text([TINY])
    page.get_by_label("Search models").fill("")
    # Kinds that there are, and how many of each.
    expect(page.get_by_role("group", name="Show").get_by_role("button")).to_have_text(["All3", "Chat3"])
    page.get_by_label("Search models").fill("nothing like that")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".model-name")).to_have_count(3)


def test_loading_pinning_unloading(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    program = router("--models-max", "2")
    opened = visit(program, "#/models")
    page = opened.page
    # With the keyboard, as one that can't point does it.
    page.get_by_role("button", name=f"Load: {PIRATE}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Unload: {PIRATE}")).to_be_visible()
    expect(row(page, PIRATE)).to_contain_text("loaded")
    pin = page.get_by_role("button", name=f"Pin: {PIRATE}")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    assert program.models()[PIRATE]["details"]["pinned"] is True
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name=f"Unload: {PIRATE}").click()
    expect(row(page, PIRATE)).to_contain_text("not loaded")
    expect(page.get_by_role("button", name=f"Load: {PIRATE}")).to_be_enabled()


def test_a_row_is_a_line_and_heads_stay(router: Callable[..., Router], models: Path, visit: Callable[..., Visit]) -> None:
    """F22: many models on a screen, and what one searches and sorts by stays in sight."""
    spoil(models)
    for index in range(30):
        (models / f"Some-Model-{index}B-Instruct-with-a-long-name-Q4_K_M.gguf").hardlink_to(models / f"{STORIES}.gguf")
    opened = visit(router(models=models), "#/models")
    page = opened.page
    expect(page.locator(".model-name").nth(30)).to_be_attached()
    assert max(row.bounding_box()["height"] for row in page.locator(".models-table tbody tr").all()) <= 45
    page.locator("eh-models").evaluate("e => { e.scrollTop = e.scrollHeight; }")
    for element in (page.get_by_label("Search models"), page.get_by_role("columnheader", name="Size")):
        expect(element).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Failed").click()
    expect(page.locator(".model-name")).to_have_text(["cut"])
    expect(page.locator(".model-problem")).to_contain_text("truncated")
    opened.check_access()


def test_a_chat_begins_with_the_model(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/models")
    for name in (STORIES, PIRATE):
        opened.page.goto(f"{opened.address}/#/models")
        opened.page.get_by_role("link", name=f"Chat with {name}").click()
        expect(opened.page.get_by_role("button", name=f"Model: {name}")).to_be_visible()


def test_a_model_with_all_about_it(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/models")
    page = opened.page
    page.get_by_role("link", name=PIRATE, exact=True).click()
    expect(page).to_have_title(f"{PIRATE} · Enginehouse")
    facts = page.get_by_role("region", name="Facts")
    expect(facts).to_contain_text("about")
    log = page.get_by_role("log")
    expect(log).to_contain_text("Nothing yet")
    page.get_by_role("button", name=f"Load: {PIRATE}").click()
    # The log comes by itself.
    expect(log).to_contain_text("the model is loaded")
    expect(facts).to_contain_text("weights 752.5 KiB")
    expect(facts).to_contain_text("not since the server began")
    page.get_by_text("Metadata of the file").click()
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("llama.block_count")
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("1,024 in all")
    page.get_by_text("Chat template", exact=True).click()
    expect(page.locator("pre[aria-label='Chat template']")).to_contain_text("im_start")
    page.get_by_role("button", name="Copy the preset").click()
    assert f"[{PIRATE}]" in page.evaluate("navigator.clipboard.readText()")
    opened.check_access()
    page.get_by_role("link", name="All models").click()
    expect(page).to_have_title("Models · Enginehouse")
    page.goto(f"{opened.address}/#/models/nobody")
    expect(page.get_by_text("There is no model 'nobody'")).to_be_visible()
    # And nothing that would be empty (F45).
    for part in (page.get_by_role("log"), page.get_by_role("region", name="Facts")):
        expect(part).to_have_count(0)
    expect(page.locator("pre[aria-label=Preset]")).to_be_hidden()


def test_why_a_model_does_not_load(router: Callable[..., Router], models: Path, visit: Callable[..., Visit]) -> None:
    spoil(models)
    opened = visit(router(models=models), "#/models")
    opened.expected.append("500")
    page = opened.page
    # A file that is seen to be broken is not tried.
    expect(row(page, "cut")).to_contain_text("truncated")
    expect(page.get_by_role("button", name="Load: cut")).to_have_count(0)
    page.get_by_role("link", name="Fix cut").click()
    notice = page.locator(".notice.bad")
    expect(notice).to_contain_text("It can't be loaded: file is truncated")
    expect(notice).to_contain_text("get it again")
    page.go_back()
    # Of the other one, only the engine knows.
    page.get_by_role("button", name="Load: cat").click()
    expect(row(page, "cat")).to_contain_text("failed")
    expect(row(page, "cat")).to_contain_text("unknown model architecture: 'a cat'")
    page.get_by_role("link", name="cat", exact=True).click()
    expect(notice).to_contain_text("It didn't load")
    expect(notice).to_contain_text("doesn't know this kind of model")
    expect(page.get_by_role("button", name="Try again: cat")).to_be_enabled()
    opened.look("model-failed")


def test_a_download_with_progress_stop_and_delete(binaries: Path, hub: Hub, tmp_path: Path,
                                                  visit: Callable[..., Visit]) -> None:
    settings = {"LLAMA_CACHE": str(tmp_path / "cache"), "HF_ENDPOINT": hub.address}
    program = Router(binaries, None, environment=settings)
    try:
        opened = visit(program, "#/models")
        page = opened.page
        expect(page.get_by_text("No models yet")).to_be_visible()
        page.get_by_role("button", name="Download a model").first.click()
        page.get_by_label("Name on the hub").fill("qwen3")
        page.get_by_role("button", name="Download", exact=True).click()
        # The page says itself that this is no name.
        expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("only a part of the name: it is user/repo")
        page.get_by_label("Name on the hub").fill(f"https://huggingface.co/{MODEL.split(':')[0]}/blob/main/stories-Q8_0.gguf")
        opened.check_access()
        opened.look("download-dialog")
        page.get_by_role("button", name="Download", exact=True).click()
        progress = page.get_by_role("progressbar", name=f"Downloading {MODEL}")
        expect(progress).to_be_visible()
        expect(row(page, MODEL)).to_contain_text("of 777.3 KiB")
        expect(row(page, MODEL)).to_contain_text(re.compile(r"/s · .* left"))
        opened.look("download")
        page.get_by_role("button", name=f"Stop: {MODEL}").click()
        expect(row(page, MODEL)).to_have_count(0)
        # Who stopped it need not be told.
        expect(page.get_by_role("alert")).to_be_empty()
        hub.behaviour.pause = 0
        page.get_by_role("button", name="Download a model").first.click()
        page.get_by_label("Name on the hub").fill(MODEL)
        page.keyboard.press("Enter")
        expect(row(page, MODEL)).to_contain_text("not loaded")
        expect(row(page, MODEL)).to_contain_text("hub")
        page.get_by_role("button", name=f"Delete: {MODEL}").click()
        page.get_by_role("button", name="Cancel").click()
        expect(row(page, MODEL)).to_have_count(1)
        page.get_by_role("button", name=f"Delete: {MODEL}").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        expect(row(page, MODEL)).to_have_count(0)
        eventually(lambda: not list((tmp_path / "cache").rglob("*.gguf")), "the file is gone", 10)
        opened.close()
    finally:
        program.stop()


def test_a_download_that_fails_says_why(binaries: Path, hub: Hub, tmp_path: Path, visit: Callable[..., Visit]) -> None:
    settings = {"LLAMA_CACHE": str(tmp_path / "cache"), "HF_ENDPOINT": hub.address}
    program = Router(binaries, None, environment=settings)
    try:
        opened = visit(program, "#/models")
        opened.expected.append("the server responded with a status of")
        page = opened.page
        page.get_by_role("button", name="Download a model").first.click()
        page.get_by_label("Name on the hub").fill("tests/nothing")
        page.keyboard.press("Enter")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("tests/nothing can't be downloaded")
        alert.get_by_role("button", name="Dismiss").click()
        expect(alert).to_be_empty()
        hub.behaviour.wrong_bytes.add("stories-Q8_0.gguf")
        hub.behaviour.pause = 0
        page.get_by_role("button", name="Download a model").first.click()
        page.get_by_label("Name on the hub").fill(MODEL)
        page.keyboard.press("Enter")
        expect(alert).to_contain_text(f"The download of {MODEL} failed")
        opened.check_access()
        hub.behaviour.wrong_bytes.clear()
        alert.get_by_role("button", name="Try again").click()
        expect(row(page, MODEL)).to_contain_text("not loaded")
        opened.close()
    finally:
        program.stop()


def test_one_model_has_nothing_to_download(binaries: Path, visit: Callable[..., Visit]) -> None:
    program = Router(binaries, None, "-m", str(REPOSITORY / "models" / f"{STORIES}.gguf"))
    try:
        eventually(lambda: program.http().get("/health").status_code == 200, "the model is loaded", 20)
        opened = visit(program, "#/models")
        expect(opened.page.locator(".model-name")).to_have_count(1)
        expect(opened.page.get_by_role("button", name="Download a model")).to_have_count(0)
        expect(opened.page.get_by_role("button", name=re.compile("^Unload"))).to_be_visible()
        opened.check_access()
        opened.close()
    finally:
        program.stop()


def test_a_thousand_models(router: Callable[..., Router], tmp_path: Path, visit: Callable[..., Visit]) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    first = shutil.copy(REPOSITORY / "models" / f"{STORIES}.gguf", folder / "model-0000.gguf")
    for index in range(1, 1000):
        (folder / f"model-{index:04}.gguf").hardlink_to(first)
    opened = visit(router(models=folder), "#/models")
    page = opened.page
    expect(page.locator(".model-name")).to_have_count(200)
    expect(page.locator("eh-models .page-head")).to_contain_text("1,000 models")
    page.get_by_label("Search models").fill("0777")
    expect(page.locator(".model-name")).to_have_text(["model-0777"])
    page.get_by_label("Search models").fill("")
    page.get_by_role("button", name="Show all 1,000").click()
    expect(page.locator(".model-name")).to_have_count(1000)


def test_advice_and_rates(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    opened = visit(router(), "#/models")
    said = opened.page.evaluate("""async () => {
        const { advice } = await import(new URL("ui/models/advice.js", document.baseURI));
        return ["shard 2 of 3 is missing: x-00002-of-00003.gguf", "it looks like a Git LFS pointer; fetch the real file",
          "the worker was killed by signal 9 (SIGKILL)", "it was not ready after 60 s; it may need a longer --load-timeout",
          "something else"].map(advice);
    }""")
    for text, word in zip(said, ("beside the others", "git lfs pull", "more memory", "--load-timeout", "log below"), strict=True):
        assert word in text
    rates = opened.page.evaluate("""async () => {
        const { Transfers } = await import(new URL("ui/models/transfers.js", document.baseURI));
        const t = new Transfers();
        return [t.rate("a", 0, 0), t.rate("a", 50, 100), t.rate("a", 1000, 1000), t.rate("a", 3000, 2000), t.rate("a", 10, 3000)]
          .map((rate) => Number.isNaN(rate) ? null : Math.round(rate));
    }""")
    assert rates == [None, None, 1000, 1300, None]
