"""Spot the forgery, the game at the top of Learn."""

import gzip
import re

import numpy as np

from gan.data import datasets
from gan.web import real_digits
from tests.browser.conftest import PATIENCE
from tests.browser.test_own_pictures import content, disc
from tests.browser.train_page import wait_for_step


def open_game(open_page, query="forgery=5", **options):
    page = open_page(link=f"/?tab=learn&{query}", **options)
    page.wait_for_selector(".forgery[aria-busy=false]")
    return page


def shown(page):
    return page.evaluate("document.querySelector('.forgery .picture').toDataURL()")


def play(page, forged):
    """Answers all ten rounds, of which the numbers in `forged` are called forged. Gives the ten pictures."""
    pictures = []
    for i in range(10):
        pictures.append(shown(page))
        page.locator(".forgery .forged" if i in forged else ".forgery .real").first.click()
        page.locator(".forgery .next").click()
    return pictures


def test_a_reload_goes_on_with_the_game(open_page):
    page = open_game(open_page, "forgery=5&beat=7")
    for _ in range(3):
        page.locator(".forgery .real").first.click()
        page.locator(".forgery .next").click()
    fourth, score = shown(page), page.locator(".forgery .sum").first.text_content()
    page.reload()
    page.wait_for_function("document.querySelector('.forgery .count')?.textContent === 'Round 4 of 10'")
    assert shown(page) == fourth
    assert page.locator(".forgery .sum").first.text_content() == score
    for _ in range(7):
        page.locator(".forgery .real").first.click()
        page.locator(".forgery .next").click()
    assert "of 10" in page.locator(".forgery .verdict").text_content()
    page.reload()
    page.wait_for_function("document.querySelector('.forgery .count')?.textContent === 'The end'")


def test_the_real_digits_are_those_of_the_test_set():
    unpacked = np.frombuffer(gzip.decompress(real_digits.pack()), np.uint8)
    labels, images = np.split(unpacked, [real_digits.COUNT])
    test = datasets.load_dataset("mnist", "test")
    assert (labels == test.labels[: real_digits.COUNT]).all()
    assert (images == test.images[: real_digits.COUNT].ravel()).all()


def test_ten_rounds_end_with_a_link_to_the_same_ten_and_a_forgery_can_be_changed_in_explore(open_page):
    page = open_game(open_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pictures = play(page, forged=range(0, 10, 2))
    assert len({*pictures}) == 10
    words = page.locator(".forgery .verdict").text_content()
    kinds = page.locator(".forgery .kind").all_text_contents()
    right = sum((kind == "forged") == (i % 2 == 0) for i, kind in enumerate(kinds))
    assert f"You spotted {right} of 10" in words
    assert page.locator(".forgery .sum").first.text_content() == f"{right} of 10"
    page.get_by_role("button", name="Challenge a friend").click()
    page.get_by_text("The link is copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")

    friend = open_page(390, link=link)
    friend.wait_for_selector(".forgery[aria-busy=false]")
    assert f"spotted {right} of these ten" in friend.locator(".challenge").text_content()
    assert play(friend, forged=range(10)) == pictures
    friend.get_by_role("button", name="Ten other digits").click()
    friend.wait_for_selector(".forgery[aria-busy=false]")
    assert friend.locator(".challenge").is_hidden()
    assert not {*play(friend, forged=[])} & {*pictures}

    forged = friend.locator(".gallery a").first
    address = forged.get_attribute("href")
    friend.evaluate("window.isSamePage = true")
    forged.click()
    friend.locator(".explore .picture").wait_for()
    seed = address.split("seed=")[1].split("&")[0]
    friend.wait_for_function("seed => document.querySelector('.explore .seed').value === seed", arg=seed)
    friend.go_back()
    friend.wait_for_selector(".forgery .result >> visible=true")
    assert friend.evaluate("window.isSamePage")


def test_the_masthead_leads_to_it_the_keyboard_plays_it_and_a_reload_finds_the_game_again(open_page):
    page = open_page()
    page.get_by_role("button", name="Real or forged?").click()
    page.wait_for_selector(".forgery[aria-busy=false]")
    first = shown(page)
    page.locator(".forgery .real").focus()
    for i, key in enumerate(["ArrowLeft", "ArrowRight", "ArrowRight"]):
        assert page.locator(".forgery .seal, .forgery .saliency").evaluate_all(
            "all => all.every(e => e.hidden)"
        )
        page.keyboard.press(key)
        pressed = page.locator(".forgery [aria-pressed=true]").text_content()
        assert pressed.startswith("Real" if key == "ArrowLeft" else "Forged")
        assert page.locator(".forgery .seal").is_visible()
        assert page.locator(".forgery .saliency").is_visible()
        page.keyboard.press("ArrowLeft")
        assert page.locator(".forgery .sum").first.text_content().endswith(f"of {i + 1}"), (
            "one answer a round"
        )
        page.keyboard.press("Enter")
    page.locator(".forgery .picture").wait_for()
    assert page.locator(".forgery .count").text_content() == "Round 4 of 10"
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Where D looks").uncheck()
    assert page.locator(".forgery .saliency").is_hidden()
    page.reload()
    page.wait_for_function("document.querySelector('.forgery .count')?.textContent === 'Round 5 of 10'")
    assert shown(page) != first


def test_ones_own_run_forges_as_it_learns(visit):
    """The page trains; each game takes the networks of its moment, and no link can lead to them."""
    page = visit("/?tab=learn")
    page.set_default_timeout(PATIENCE)
    page.wait_for_selector(".forgery[aria-busy=false]")
    assert page.locator(".forgery .sources").is_hidden(), "there is no run yet"
    page.get_by_role("tab", name="Train").click()
    page.click(".train .go:not([disabled])")
    wait_for_step(page, 1)
    page.get_by_role("tab", name="Learn").click()
    page.locator(".forgery .sources").get_by_text("Your own run").click()
    page.wait_for_selector(".forgery[aria-busy=false]")
    pictures = play(page, forged=range(10))
    assert len({*pictures}) == 10
    assert 4 <= page.locator(".forgery .plate.forged").count() <= 6
    assert not page.locator(".gallery a, .challenge-link >> visible=true").count()
    assert "forgery=" not in page.url
    first = step_of_forger(page)
    page.get_by_role("button", name="Ten other digits").click()
    page.wait_for_function(
        "before => document.querySelector('.from').textContent.replace(/\\D/g, '') !== before", arg=first
    )
    page.wait_for_selector(".forgery[aria-busy=false]")
    page.get_by_label("Your own run").press("ArrowLeft")  # it chooses, and answers nothing
    page.wait_for_function("document.querySelector('.from').textContent === ''")
    assert page.get_by_label("Trained networks").is_checked()


def test_a_run_of_other_pictures_leaves_the_game_as_it_is(visit):
    page = visit("/?tab=learn&forgery=5&beat=7")
    page.set_default_timeout(PATIENCE)
    page.wait_for_selector(".forgery[aria-busy=false]")
    page.locator(".forgery .real").first.click()
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector(".in-page .reals canvas")
    file = {"name": "a.png", "mimeType": "image/png", "buffer": content(disc("green"), "PNG")}
    page.locator(".files-input").set_input_files(file)
    page.get_by_text("1 picture, ").wait_for()
    page.click(".train .go:not([disabled])")
    wait_for_step(page, 1)
    page.get_by_role("tab", name="Learn").click()
    picture = shown(page)
    page.locator(".forgery .sources").get_by_text("Your own run").click()
    page.get_by_text("your run learns other pictures than handwritten digits").wait_for()
    assert page.get_by_label("Trained networks").is_checked()
    assert shown(page) == picture
    page.locator(".forgery .next").click()
    for _ in range(9):
        page.locator(".forgery .real").first.click()
        page.locator(".forgery .next").click()
    assert "challenger" in page.locator(".forgery .verdict").text_content()
    assert page.locator(".challenge-link").is_visible()


def step_of_forger(page):
    return re.sub(r"\D", "", page.locator(".forgery .from").text_content())
