"""The smallest game in Learn: a GAN of points that trains on the screen."""

import re

import pytest


@pytest.fixture
def game(open_page):
    page = open_page(link="/?tab=learn")
    page.locator(".points").scroll_into_view_if_needed()
    return page


def step_of(page):
    return int(
        re.search(r"Step ([\d,]+)", page.locator(".points .status").text_content())[1].replace(",", "")
    )


def wait_for_step(page, step):
    page.wait_for_function(
        """step => {
          const words = document.querySelector(".points .status").textContent;
          const [, shown] = words.match(/Step ([\\d,]+)/) ?? [];
          return Number(shown?.replace(",", "")) >= step;
        }""",
        arg=step,
    )


def wait_for_frames(page):
    """What has changed is drawn in the next frame."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(page, name):
    page.locator(".points").get_by_role("button", name=name, exact=True).click()


def picture(page):
    return page.evaluate("document.querySelector('.points canvas').toDataURL()")


def test_it_plays_while_it_is_on_the_screen_and_is_paused_stepped_and_slowed(game):
    wait_for_step(game, 20)
    game.locator(".masthead").scroll_into_view_if_needed()
    game.wait_for_function(
        """() => {
          const words = document.querySelector(".points .status").textContent;
          const isStill = words === window.words;
          window.words = words;
          return isStill;
        }""",
        polling=700,
    )
    rested = step_of(game)
    game.locator(".points").scroll_into_view_if_needed()
    wait_for_step(game, rested + 1)
    press(game, "Pause")
    press(game, "One step")
    wait_for_frames(game)
    before, shown = step_of(game), picture(game)
    press(game, "One step")
    wait_for_frames(game)
    assert step_of(game) == before + 1
    assert picture(game) != shown
    game.get_by_label("Slow motion").check()
    press(game, "One step")
    game.get_by_text("D has learned").wait_for()
    press(game, "One step")
    game.get_by_text("G has followed its gradient").wait_for()
    assert step_of(game) == before + 2


def test_presets_set_the_numbers_and_a_hand_draws_a_target(game):
    press(game, "Mode collapse")
    assert game.locator(".points label", has_text="R1 penalty").locator(".now").text_content() == "0"
    wait_for_step(game, 10)
    press(game, "R1 cures it")
    assert game.locator(".points label", has_text="R1 penalty").locator(".now").text_content() == "0.1"
    assert step_of(game) >= 10, "the cure goes on with the same networks"
    press(game, "Pause")
    game.locator(".points").get_by_text("Draw one").click()
    before = picture(game)
    box = game.locator(".points canvas").bounding_box()
    game.mouse.move(box["x"] + 100, box["y"] + 100)
    game.mouse.down()
    game.mouse.move(box["x"] + 250, box["y"] + 200, steps=5)
    game.mouse.up()
    press(game, "One step")
    game.wait_for_function("!document.querySelector('.points .status').textContent.includes('clusters')")
    assert picture(game) != before


def test_it_stays_still_for_those_who_want_no_motion(open_page):
    page = open_page(link="/?tab=learn", prepare=lambda page: page.emulate_media(reduced_motion="reduce"))
    page.locator(".points").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.points .status').textContent.startsWith('Step 0')")
    assert page.locator(".points .run").text_content() == "Play"
