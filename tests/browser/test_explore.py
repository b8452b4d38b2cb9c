"""The Explore page: the picture, the sliders, the digits, undo, and what D sees."""

import json
import re
import urllib.error
import urllib.request

import numpy as np
import pytest

from tests.browser.explore_page import ANY, DIGITS, SLANT, same, settle, shown, slide


def test_the_first_picture_needs_no_click(open_page, explorers):
    page = open_page()
    assert page.locator(".picture").is_visible()
    settle(page)
    assert re.fullmatch(
        r"A forged 3; the classifier reads 3, with \d+ %",
        page.locator(".picture").get_attribute("aria-label"),
    )
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(7), 3)[0])


def test_the_first_picture_does_not_wait_for_the_classifier(open_page, explorers):
    held, is_held = [], True

    def hold(page):
        page.route(
            "**/models/classifier*", lambda route: held.append(route) if is_held else route.continue_()
        )

    page = open_page(prepare=hold)
    picture, bars = page.locator(".picture"), page.locator(".bars")
    assert picture.get_attribute("aria-label") == "A forged 3"
    place = bars.bounding_box()
    assert place, "they have their room already"
    assert page.locator(".explore").get_attribute("aria-busy") == "true"
    is_held = False
    for route in held:
        route.continue_()
    settle(page)
    assert re.fullmatch(
        r"A forged 3; the classifier reads 3, with \d+ %", picture.get_attribute("aria-label")
    )
    assert bars.bounding_box() == place
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(7), 3)[0])


def test_a_drag_asks_nobody_and_ends_on_the_last_value(follow, explorers):
    page = follow()
    settle(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    slider = page.get_by_label("Slant", exact=True)
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for i in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.01 * i), y)
        page.wait_for_timeout(8)
    page.mouse.up()
    settle(page)
    assert not asked
    value = float(slider.input_value())
    assert value > 2
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(7, shifts={SLANT: value}), 3)[0])
    slider.dblclick()
    assert float(slider.input_value()) == 0


def test_keyboard_and_resets(follow):
    page = follow()
    before = shown(page)
    slider = page.get_by_label("Stroke", exact=True)
    slider.focus()
    page.keyboard.press("End")
    assert float(slider.input_value()) == 3
    thick = shown(page)
    assert thick.sum() > 1.3 * before.sum(), "the stroke's slider makes it thicker"
    page.get_by_role("button", name="Reset Stroke").click()
    assert float(slider.input_value()) == 0
    assert np.array_equal(before, shown(page))
    slide(page, "Width", 2)
    slide(page, "Slant", -1)
    assert not np.array_equal(before, shown(page))
    page.get_by_role("button", name="Reset sliders").click()
    assert np.array_equal(before, shown(page))


def test_one_hand_ten_digits(follow, explorers):
    page = follow()
    slide(page, "Slant", 1.5)
    explorer = explorers[DIGITS]
    z = explorer.latent(7, shifts={SLANT: 1.5})
    for digit in (5, 8):
        page.locator(".hand label").nth(digit).click()
        assert same(shown(page), explorer.generate(z, digit)[0])
        assert f"A forged {digit}" in page.locator(".picture").get_attribute("aria-label")
    # The small pictures are the same ten, in grey levels of a shrunken canvas.
    small = page.evaluate(
        """() => [...document.querySelectorAll(".hand canvas")].map((canvas) => {
          const data = canvas.getContext("2d").getImageData(0, 0, 56, 56).data;
          return Array.from(data).filter((_, i) => i % 4 === 0);
        })"""
    )
    for digit, pixels in enumerate(small):
        wanted = explorer.generate(z, digit)[0, ..., 0]
        halves = np.reshape(pixels, (28, 2, 28, 2)).mean(axis=(1, 3))
        assert np.corrcoef(halves.ravel(), wanted.ravel())[0, 1] > 0.97


def test_the_other_model_the_truncation_and_the_raw_axes(follow, explorers):
    page = follow()
    page.locator(".models").get_by_text("Any digit").click()
    settle(page)
    assert not page.locator(".hand").is_visible()
    explorer = explorers[ANY]
    assert same(shown(page), explorer.generate(explorer.latent(7))[0])
    page.get_by_label("Truncation").fill("0.3")
    assert same(shown(page), explorer.generate(explorer.latent(7, 0.3))[0])
    page.get_by_text("Each number of z").click()
    axes = page.locator(".axes input")
    assert axes.count() == explorer.z_dim
    was = explorer.latent(7, 0.3)[0]
    axes.nth(0).fill("2.5")
    assert same(shown(page), explorer.generate(explorer.latent(7, 0.3, edits={0: 2.5 - was}))[0])


def test_undo_and_redo(open_page):
    page = open_page()
    before = shown(page)
    assert page.get_by_role("button", name="Undo").is_disabled()
    slide(page, "Slant", 2)
    page.get_by_role("button", name="Surprise me").click()
    surprised = shown(page)
    assert page.locator(".seed").input_value() != "7"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert float(page.get_by_label("Slant", exact=True).input_value()) == 2
    page.get_by_label("Slant", exact=True).focus()
    page.keyboard.press("Control+z")
    assert np.array_equal(before, shown(page))
    page.get_by_role("button", name="Redo").click()
    settle(page)
    page.get_by_role("button", name="Redo").click()
    assert np.array_equal(surprised, shown(page))
    assert page.get_by_role("button", name="Redo").is_disabled()


def test_where_the_discriminator_looks(follow):
    page = follow()
    assert not page.locator(".saliency").is_visible()
    page.get_by_text("Show where the discriminator looks").click()
    page.locator(".saliency").wait_for()
    settle(page)
    alpha = """() => {
      const data = document.querySelector(".saliency").getContext("2d").getImageData(0, 0, 448, 448).data;
      return Array.from(data).filter((_, i) => i % 4 === 3);
    }"""
    assert max(page.evaluate(alpha)) > 150


@pytest.mark.parametrize("seed", ["-3", "1.5", "99999999999"])
def test_a_bad_seed_is_explained_and_nothing_is_lost(follow, seed):
    page = follow()
    before = shown(page)
    page.locator(".seed").fill(seed)
    assert "whole number" in page.locator(".explore .error").text_content()
    assert np.array_equal(before, shown(page))
    page.locator(".seed").fill("8")
    settle(page)
    assert page.locator(".explore .error").text_content() == ""
    assert not np.array_equal(before, shown(page))


def test_without_the_engine_the_server_draws_and_answers_nonsense_with_one_line(open_page, explorers):
    page = open_page(script="delete window.Worker;")
    assert "server draws" in page.locator(".note").text_content()
    assert not page.locator(".opening").count()
    with page.expect_request(re.compile("component_server")) as sent:
        slide(page, "Slant", 2)
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(7, shifts={SLANT: 2}), 3)[0])
    url, body = sent.value.url, json.loads(sent.value.post_data)
    for data in (
        {},
        {"model": DIGITS, "z": ["a"], "digit": 3},
        {"model": DIGITS, "z": [1e9] * 64, "digit": 3},
    ):
        answer = page.request.post(url, data=body | {"data": data})
        assert answer.ok, data
        assert set(answer.json()) == {"error"}, data


@pytest.mark.parametrize(
    "path",
    ["web/shell/base.css", "web/..%2fexplorer.py", "models/none.safetensors", "web/%2e%2e/__init__.py"],
)
def test_files_that_are_not_the_pages_cannot_be_had(address, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/{path}")
