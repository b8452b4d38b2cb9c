"""What leaves the Explore page: a link, a program, a picture; and whether the picture is a copy."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from gan.evaluation import nearest
from tests.browser.explore_page import DIGITS, START, copied, same, settle, shown, slide
from tests.conftest import ROOT


def make_a_picture_of_ones_own(page):
    page.locator(".hand label").nth(9).click()
    page.locator(".seed").fill("41")
    page.get_by_label("Truncation").fill("0.9")
    slide(page, "Slant", 1.25)
    page.get_by_text("Each number of z").click()
    page.locator(".axes input").nth(3).fill("-1.5")


def test_a_link_restores_everything_for_somebody_else(follow, open_page):
    page = follow()
    make_a_picture_of_ones_own(page)
    picture = shown(page)
    link = copied(page, "Copy link")
    assert page.url.endswith(link.split("/")[-1].split("#")[1]), "the address bar has it too"
    other = open_page(link=link)
    assert np.abs(shown(other) - picture).max() <= 1
    assert other.locator(".seed").input_value() == "41"
    assert float(other.get_by_label("Slant", exact=True).input_value()) == 1.25
    assert other.locator(".hand input").nth(9).is_checked()


@pytest.mark.parametrize(
    "link", ["#model=none&seed=-5&digit=77&move=99:1,x:y,0:1e9&axes=::,&truncation=NaN", "#%%%"]
)
def test_a_broken_link_shows_the_usual(open_page, explorers, link):
    page = open_page(link=f"/{link}")
    assert same(shown(page), explorers[DIGITS].generate(explorers[DIGITS].latent(7), 3)[0])


@pytest.mark.parametrize("link", [START, "#model=mnist&seed=41&truncation=0.2&axes=3:-1.5"])
def test_copied_python_draws_the_same_picture(follow, tmp_path, monkeypatch, link):
    page = follow(link)
    if link == START:
        make_a_picture_of_ones_own(page)
    picture = shown(page)
    program = copied(page, "Copy as Python")
    monkeypatch.chdir(ROOT)
    made = {}
    exec(program.replace('"digit.png"', "file"), {"file": (out := tmp_path / "digit.png")}, made)
    assert same(picture, made["picture"])
    assert Image.open(out).size == (280, 280)


def test_a_picture_of_any_size(follow):
    page = follow()
    page.locator(".size").fill("1000")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    assert Image.open(io.BytesIO(download.value.path().read_bytes())).size == (1000, 1000)
    assert download.value.suggested_filename == "forger-3-seed7.png"
    assert "saved" in page.locator(".done").text_content()
    page.locator(".size").fill("3")
    page.get_by_role("button", name="Save PNG").click()
    assert "28 to 4096" in page.locator(".explore .error").text_content()
    assert not page.locator(".done").text_content()


def test_is_it_copying(follow, explorers):
    page = follow()
    settle(page)
    page.get_by_text("Is it copying?").click()
    page.locator(".originals canvas").first.wait_for()
    settle(page)
    said = page.locator(".originals p").text_content()
    assert re.match(r"No: its nearest real digit is \d\.\d away; a real 3 ", said)
    box = page.locator(".originals figure").first.bounding_box()
    assert box["y"] + box["height"] <= 800, "the answer is in sight"
    explorer = explorers[DIGITS]
    wanted = nearest.nearest_training_images(explorer.generate(explorer.latent(7), 3)[0]).distances
    found = [float(text) for text in page.locator(".originals figcaption").all_text_contents()]
    np.testing.assert_allclose(found, wanted, atol=0.11)
    slide(page, "Stroke", 2)
    assert page.locator(".originals figcaption").all_text_contents() != [f"{d:.1f}" for d in wanted]
    assert "&show=copies" in page.url
    page.evaluate("location.hash = '#model=mnist-digits&seed=7&digit=3&show=saliency'")
    settle(page)
    assert page.locator(".originals").is_hidden()
    assert page.locator("canvas.saliency").is_visible()
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert page.locator(".originals").is_visible()
    assert not page.get_by_label("Show where the discriminator looks").is_checked()


def test_an_answer_about_copying_is_an_honest_one(follow):
    page = follow()
    answers = page.evaluate(
        """async () => {
          const { answer } = await import("/web/explore/copying.js");
          return [[4.9, 3], [3.5, 3], [2, 3], [2, 1]].map(([distance, label]) => answer(distance, label));
        }"""
    )
    assert [text.split(":")[0] for text in answers] == ["No", "Hardly", "Perhaps", "No"]
