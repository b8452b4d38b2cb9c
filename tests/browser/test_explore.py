import base64
import json
import re
import time

import numpy as np
import pytest

COMPONENT_SERVER = re.compile("component_server")
PIXELS = """() => {
  const canvas = document.querySelector('.picture');
  const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return Array.from(all).filter((_, i) => i % 4 === 0);
}"""


def settle(page):
    """Until the pictures at the sliders' ends are there, which is after the last drawing."""
    page.wait_for_selector(".explore[aria-busy=false]")


def shown(page):
    """The picture [448, 448] as it is painted."""
    return np.array(page.evaluate(PIXELS)).reshape(448, 448)


def test_the_first_picture_needs_no_click(open_page):
    page = open_page()
    picture = shown(page)
    assert picture.max() > 200
    assert picture.min() < 30
    assert page.locator(".picture").is_visible()
    assert "digit 3" in page.locator(".picture").get_attribute("aria-label")


def test_a_drag_is_followed_and_ends_on_the_last_value(open_page):
    page = open_page()
    settle(page)
    asked, answered, open_requests, crowd = [], [], [0], []

    def sent(request):
        if "component_server" in request.url and json.loads(request.post_data)["fn_name"] == "draw":
            asked.append(json.loads(request.post_data)["data"])
            open_requests[0] += 1
            crowd.append(open_requests[0])

    def received(response):
        request = response.request
        if "component_server" in response.url and json.loads(request.post_data)["fn_name"] == "draw":
            open_requests[0] -= 1
            answered.append(response)

    page.on("request", sent)
    page.on("response", received)
    before = shown(page)
    slider = page.get_by_label("Direction 1", exact=True)
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for i in range(40):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.01 * i), y)
        page.wait_for_timeout(8)
    page.mouse.up()
    settle(page)
    value = float(slider.input_value())
    assert value > 2
    assert asked[-1]["shifts"][0] == value, "the last value is drawn"
    assert len(asked) > 3, "and values on the way"
    assert max(crowd) == 1, "and requests never queue up"
    small = np.frombuffer(base64.b64decode(answered[-1].json()["pixels"]), np.uint8).reshape(28, 28)
    painted = shown(page)
    assert not np.array_equal(before, painted)
    centres = painted.reshape(28, 16, 28, 16)[:, 7:9, :, 7:9].mean(axis=(1, 3))
    assert np.corrcoef(centres.ravel(), small.ravel())[0, 1] > 0.98
    slider.dblclick()
    assert float(slider.input_value()) == 0


def test_keyboard_moves_a_slider(open_page):
    page = open_page()
    settle(page)
    before = shown(page)
    slider = page.get_by_label("Direction 2", exact=True)
    slider.focus()
    page.keyboard.press("End")
    settle(page)
    assert float(slider.input_value()) == 3
    assert not np.array_equal(before, shown(page))
    page.get_by_role("button", name="Reset sliders").click()
    settle(page)
    assert float(slider.input_value()) == 0
    assert np.array_equal(before, shown(page))


def test_digits_keep_the_handwriting_and_surprises_change_it(open_page):
    page = open_page()
    pictures = []
    for digit in ("5", "8"):
        page.locator(".digits").get_by_text(digit, exact=True).click()
        settle(page)
        pictures.append(shown(page))
        assert f"digit {digit}" in page.locator(".picture").get_attribute("aria-label")
    assert page.locator(".seed").input_value() == "7"
    page.get_by_role("button", name="Surprise me").click()
    settle(page)
    pictures.append(shown(page))
    assert page.locator(".seed").input_value() != "7"
    assert not any(np.array_equal(a, b) for a, b in zip(pictures, pictures[1:], strict=False))


def test_the_other_model_the_truncation_and_the_raw_axes(open_page):
    page = open_page()
    page.locator(".models").get_by_text("Any digit").click()
    settle(page)
    assert not page.locator(".digits").is_visible()
    before = shown(page)
    page.get_by_label("Truncation").fill("0.3")
    settle(page)
    assert not np.array_equal(before, shown(page))
    page.get_by_text("All axes of z").click()
    before = shown(page)
    axes = page.locator(".axes input")
    assert axes.count() == 64
    axes.nth(0).fill("2.5")
    settle(page)
    assert not np.array_equal(before, shown(page))


def test_a_raw_axis_follows_its_slider_however_late_the_answers(open_page):
    page = open_page()
    page.get_by_text("All axes of z").click()
    settle(page)
    asked = []

    def slowly(route):
        asked.append(json.loads(route.request.post_data)["data"])
        time.sleep(0.03)
        route.continue_()

    before = float(page.locator(".axes input").first.input_value())
    page.route(COMPONENT_SERVER, slowly)
    page.evaluate(
        """async () => {
          const axis = document.querySelector('.axes input');
          for (let i = 0; i <= 30; i++) {
            axis.value = -2 + i * 0.15;
            axis.dispatchEvent(new Event('input'));
            await new Promise((next) => setTimeout(next, 10));
          }
        }"""
    )
    settle(page)
    page.unroute(COMPONENT_SERVER)
    assert abs(asked[-1]["edits"][0] - (2.5 - before)) < 0.02


@pytest.mark.parametrize("seed", ["-3", "1.5", "99999999999"])
def test_a_bad_seed_is_explained_and_nothing_is_lost(open_page, seed):
    page = open_page()
    settle(page)
    before = shown(page)
    page.locator(".seed").fill(seed)
    assert "whole number" in page.locator(".explore .error").text_content()
    assert np.array_equal(before, shown(page))
    page.locator(".seed").fill("8")
    settle(page)
    assert page.locator(".explore .error").text_content() == ""
    assert not np.array_equal(before, shown(page))
