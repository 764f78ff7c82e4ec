# SPDX-License-Identifier: MIT
"""The way from a server without models to the first answer."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from browsing import Visit
from conftest import PIRATE, REPOSITORY, STORIES
from hub import Hub, Repository
from programs import Router
from talking import answers, expect_loaded, pick, say, wait_for_end

REPO = "tests/stories-GGUF"


@pytest.fixture
def program(binaries: Path, hub: Hub, tmp_path: Path) -> Iterator[Router]:
    """A router that has no models but those of the test's hub."""
    data = (REPOSITORY / "models" / f"{STORIES}.gguf").read_bytes()
    hub.repositories["unsloth/Qwen3.5-0.8B-GGUF"] = Repository({"Qwen3.5-0.8B-Q4_K_M.gguf": data})
    router = Router(binaries, None, "-t", "1", environment={"LLAMA_CACHE": str(tmp_path / "cache"), "HF_ENDPOINT": hub.address})
    yield router
    router.stop()


def download(opened: Visit, name: str) -> None:
    """Asks for a model in the view of models."""
    page = opened.page
    page.goto(f"{opened.address}/#/models")
    page.get_by_role("button", name="Download a model").first.click()
    page.get_by_label("Name on the hub").fill(name)
    page.get_by_role("button", name="Download", exact=True).click()


def test_a_message_waits_for_its_download(program: Router, visit: Callable[..., Visit]) -> None:
    """F3: a model is asked for without a tag; what is said meanwhile is answered once it is there, under its whole name."""
    opened = visit(program, "#/models")
    page = opened.page
    download(opened, REPO)
    expect(page.get_by_role("progressbar", name=f"Downloading {REPO}")).to_be_visible()
    page.get_by_role("link", name="Chat", exact=True).click()
    expect(page.locator(".picker-button")).to_contain_text("downloading")
    say(page)
    expect(answers(page).locator(".wait")).to_contain_text("is on its way")
    opened.look("chat-held")
    opened.check_access()
    # Neither is it lost with the page.
    page.reload()
    expect(answers(page).locator(".wait")).to_contain_text("is on its way")
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")
    expect(answers(page)).to_have_count(1)
    expect(page.locator(".picker-button")).to_contain_text(f"{REPO}:Q8_0")
    say(page, "And another one.")
    wait_for_end(page)
    expect(answers(page).last).to_contain_text("tokens/s")
    opened.close()


def test_a_message_hears_of_a_download_that_fails(program: Router, hub: Hub, visit: Callable[..., Visit]) -> None:
    hub.behaviour.wrong_bytes.add("stories-Q8_0.gguf")
    opened = visit(program, "#/models")
    page = opened.page
    download(opened, REPO)
    expect(page.get_by_role("progressbar", name=f"Downloading {REPO}")).to_be_visible()
    page.get_by_role("link", name="Chat", exact=True).click()
    say(page)
    notice = answers(page).get_by_role("alert")
    expect(notice).to_contain_text(f"The download of {REPO}", timeout=60_000)
    expect(notice).to_contain_text("failed")
    opened.close()


def test_the_first_model_is_a_button_away(program: Router, hub: Hub, visit: Callable[..., Visit]) -> None:
    """F50"""
    hub.behaviour.pause = 0.05
    opened = visit(program)
    page = opened.page
    expect(page.get_by_text("This server has no models yet.")).to_be_visible()
    with program.http() as http:
        suggested = http.get("/models/suggested").json()["data"]
    picks = [model["name"] for model in suggested if model["pick"]]
    # The smallest fits wherever tests run, and is offered last.
    assert picks[-1] == "qwen3.5-0.8b" and [model["name"] for model in suggested][:len(picks)] == picks
    expect(page.locator(".first-models button")).to_have_text([f"Download {name}" for name in picks])
    button = page.get_by_role("button", name="Download qwen3.5-0.8b")
    expect(button).to_be_visible()
    opened.look("chat-no-models")
    opened.check_access()
    button.click()
    expect(page.locator(".picker-button")).to_contain_text("Qwen3.5-0.8B")
    say(page)
    wait_for_end(page)
    expect(answers(page)).to_contain_text("tokens/s")
    opened.close()


def test_the_hub_is_asked_in_sight(program: Router, hub: Hub, visit: Callable[..., Visit]) -> None:
    """F31: an address will do, and until the hub has answered a row says that it is asked."""
    hub.behaviour.pause = 0
    held: list[Route] = []
    opened = visit(program, "#/models")
    page = opened.page
    page.route("**/models", lambda route: held.append(route) if route.request.method == "POST" and not held else route.continue_())
    download(opened, f"https://huggingface.co/{REPO}/tree/main")
    asked = page.get_by_role("row", name=REPO)
    expect(asked).to_contain_text("asking the hub…")
    opened.look("models-asking")
    opened.check_access()
    assert held[0].request.post_data_json == {"model": REPO}
    held[0].continue_()
    expect(page.get_by_role("link", name=f"{REPO}:Q8_0", exact=True)).to_be_visible()
    expect(page.get_by_text("asking the hub…")).to_have_count(0)
    # Who has waited long enough asks no longer.
    held.clear()
    download(opened, "hf.co/tests/other")
    page.get_by_role("button", name="Stop: tests/other").click()
    expect(page.get_by_role("row", name="tests/other")).to_have_count(0)
    opened.expected.append("ERR_ABORTED|ERR_FAILED")
    opened.close()


NAMES = {
    "user/repo": "user/repo",
    " user/repo:Q4_K_M ": "user/repo:Q4_K_M",
    "https://huggingface.co/user/repo": "user/repo",
    "https://huggingface.co/user/repo/": "user/repo",
    "http://www.huggingface.co/user/repo/tree/main?x=1#y": "user/repo",
    "hf.co/user/repo:IQ2_XXS": "user/repo:IQ2_XXS",
    "huggingface.co/user/repo/blob/main/Model-7B.Q5_K_S.gguf": "user/repo:Q5_K_S",
    "https://huggingface.co/user/repo/resolve/main/BF16/model-BF16-00001-of-00003.gguf?download=true": "user/repo:BF16",
    "https://huggingface.co/user/repo?show_file_info=model-UD-Q4_K_XL.gguf": "user/repo",
    "llama-server -hf user/repo:Q8_0": "user/repo:Q8_0",
    "ollama run hf.co/user/repo": "user/repo",
}
PROBLEMS = {
    "": "user/repo", "qwen3": "only a part of the name", "https://huggingface.co/user": "only the owner",
    "https://example.com/a/b": "isn't one of the hub", "https://huggingface.co/datasets/a/b": "no model",
    "user/repo name": "no spaces", "a/b/c": "one slash", "user/model.gguf": "file's name", "user/:Q4": "Before the colon",
}


def test_names_of_the_hub_are_read_as_people_have_them(program: Router, visit: Callable[..., Visit]) -> None:
    opened = visit(program)
    found = opened.page.evaluate("""async texts => {
      const { hubName } = await import(new URL("ui/core/hub-name.js", location.href));
      return texts.map(hubName);
    }""", [*NAMES, *PROBLEMS])
    assert [each.get("name", each) for each in found[:len(NAMES)]] == list(NAMES.values())
    for each, (text, words) in zip(found[len(NAMES):], PROBLEMS.items(), strict=True):
        assert words in each.get("problem", ""), (text, each)
    opened.close()


def test_a_model_that_vanishes_is_replaced(router: Callable[..., Router], models: Path, visit: Callable[..., Visit]) -> None:
    """F3's sibling: the chat goes on with a model that there is, and says so."""
    shutil.copy(models / f"{STORIES}.gguf", models / "passing.gguf")
    program = router(models=models)
    opened = visit(program)
    page = opened.page
    pick(page, "passing")
    expect_loaded(page)
    say(page)
    wait_for_end(page)
    (models / "passing.gguf").unlink()
    with program.http() as http:
        http.post("/models/reload", json={})
    expect(page.get_by_text("passing is no longer there:")).to_be_visible()
    expect(page.locator(".picker-button")).to_contain_text("-chat-")
    say(page, "Go on.")
    wait_for_end(page)
    expect(answers(page).last).to_contain_text("tokens/s")


def test_the_start_follows_the_model_that_was_picked(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F14: what a start says and offers is of the model that answers, and others are one press away."""
    page = visit(router()).page
    for name in (STORIES, PIRATE):
        pick(page, name)
        expect_loaded(page)
        expect(page.locator("eh-chat .picker-button")).to_contain_text(name)
        expect(page.locator(".welcome")).not_to_contain_text("-chat-")
    page.get_by_role("group", name="Recent models").get_by_role("button", name=STORIES).click()
    expect(page.locator("eh-chat .picker-button")).to_contain_text(STORIES)
    page.get_by_role("button", name="Explain something").click()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value(re.compile("^Explain in plain words"))


def test_a_change_between_press_and_release_takes_no_click(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """Models change at any moment, and what shows them is drawn anew."""
    page = visit(router()).page
    change = "import(new URL('ui/core/models.js', document.baseURI)).then(({ models }) => { models.dispatchEvent(new Event('change')); })"

    def press(selector: str) -> None:
        page.locator(selector).first.hover()
        page.mouse.down()
        page.evaluate(change)
        page.mouse.up()

    expect(page.locator(".picker-button")).not_to_contain_text("Looking")
    press("eh-chat .picker-button .picker-name")
    expect(page.get_by_role("searchbox", name="Find a model")).to_be_visible()
    page.get_by_role("searchbox", name="Find a model").fill("pirate")
    press(".picker-model")
    expect(page.locator("eh-chat .picker-button")).to_contain_text(PIRATE)


def test_words_find_a_model_in_any_order(router: Callable[..., Router], visit: Callable[..., Visit]) -> None:
    """F18"""
    page = visit(router()).page
    page.locator(".picker-button").click()
    page.get_by_role("searchbox", name="Find a model").fill("q8_0 pirate")
    expect(page.locator(".picker-list .picker-name")).to_have_text([PIRATE])
    page.get_by_role("searchbox", name="Find a model").fill("llama pirate")
    expect(page.locator(".picker-list .picker-name")).to_have_text([PIRATE])
    page.get_by_role("searchbox", name="Find a model").fill("no such")
    expect(page.locator(".picker-list")).to_contain_text("No model matches.")
