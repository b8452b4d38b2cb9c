"""The page within another page, and a link that gives a whole class the same game."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from gan.networks import checkpoints
from tests.app import serving
from tests.browser.explore_page import copied, settle, shown, slide
from tests.browser.test_accessibility import check
from tests.browser.train_page import choose, save_file, stop, wait_for_step

PICTURE = "document.querySelector('.explore .picture').toDataURL()"


@pytest.fixture
def exported(served):
    return served[1]


@pytest.fixture(params=["the app", "an exported page"])
def home(request):
    """The address of both kinds of page."""
    return request.getfixturevalue("address" if request.param == "the app" else "exported")


@pytest.fixture
def open_at(visitors):
    """Opens an address; afterwards, nothing may have gone wrong."""
    pages, troubles = [], []

    def note(error):
        troubles.append(str(error.error))

    def open_at(address):
        page = visitors.borrow(1280, 720)
        page.context.on("weberror", note)  # also of the pages that this one opens
        pages.append(page)
        page.goto(address)
        return page

    yield open_at
    for page in pages:
        page.context.remove_listener("weberror", note)
        visitors.give_back(page)
    assert not troubles


def is_bare(page):
    """Whether the page has neither mast nor tabs, and fits its frame."""
    return not page.locator(".masthead:visible, [role=tablist]:visible").count() and not page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def test_explore_is_embedded_with_its_sliders(open_at, home):
    page = open_at(f"{home}/?embed=explore#model=mnist-digits&seed=5&digit=2")
    settle(page)
    for width in (900, 390):
        page.set_viewport_size({"width": width, "height": 760})
        settle(page)
        assert is_bare(page), width
        box = page.get_by_role("link", name="Open in Forger").bounding_box()
        assert box["x"] + box["width"] < width - 5, "it does not touch the edge of the frame"
    check(page, "Explore within another page")
    before = shown(page)
    slide(page, "Slant", 1)
    assert (shown(page) != before).any()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in Forger").click()
    whole = opened.value
    settle(whole)
    assert whole.locator(".masthead").is_visible()
    assert (shown(whole) == shown(page)).all(), "with the same sliders"


def test_train_is_embedded_and_fetches_no_model_of_explore(open_at, home):
    page = open_at("about:blank")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{home}/?embed=train")
    page.locator(".train >> visible=true").wait_for()
    page.wait_for_load_state("networkidle")
    assert is_bare(page)
    assert not [url for url in fetched if "/models/" in url]


def test_a_part_of_learn_is_embedded_alone(open_at, home):
    page = open_at(f"{home}/?embed=learn-losses")
    page.locator("#learn-losses").wait_for()
    assert is_bare(page)
    assert page.locator(".learn h2:visible").count() == 1
    assert page.locator(".learn p:visible").count() >= 1
    with page.context.expect_page() as opened:
        page.evaluate("document.querySelector('[data-tab=train]').click()")  # as a button of Learn does
    opened.value.wait_for_selector(".train >> visible=true")
    assert opened.value.locator(".masthead").is_visible()
    page.goto(f"{home}/?embed=learn-forgery")
    page.locator("#learn-forgery").wait_for()
    assert is_bare(page)
    assert page.locator("#panel-learn h2:visible").all_text_contents() == ["Spot the forgery"]


def test_a_part_that_is_not_there_shows_all_of_learn(open_at, exported):
    page = open_at(f"{exported}/?embed=learn-nothing")
    page.locator("#learn-losses").wait_for()
    assert page.locator(".learn h2:visible").count() > 3


def test_the_line_of_html_shows_the_same_digit_in_another_page(open_at, exported, tmp_path):
    page = open_at(f"{exported}/#model=mnist-digits&seed=5&digit=2")
    settle(page)
    slide(page, "Slant", 1)
    line = copied(page, "Copy as HTML")
    assert re.fullmatch(r"<iframe [^<>]*></iframe>", line)
    wanted = page.evaluate(PICTURE)
    (tmp_path / "lecture.html").write_text(f"<h1>A lecture</h1>{line}")
    with serving(tmp_path) as elsewhere:
        other = open_at(f"{elsewhere}/lecture.html")
        other.frame_locator("iframe").locator(".explore[aria-busy=false]").wait_for()
        settle(other.frames[1])
        assert other.frames[1].evaluate(PICTURE) == wanted


# --- A class ------------------------------------------------------------------------------------------


def test_a_link_gives_a_class_the_same_game_and_waits_for_a_click(open_at, home, tmp_path):
    teacher = open_at(f"{home}/?tab=train")
    teacher.get_by_text("Settings of the next run").click()
    teacher.get_by_label("Seed").locator("visible=true").fill("11")
    teacher.get_by_label("Choose the class (conditional)").uncheck()
    link = copied(teacher, "Copy a link for a class")

    pupil = open_at("about:blank")
    started = []
    pupil.on("request", lambda request: started.append(request) if "/live/start" in request.url else None)
    pupil.goto(link)
    pupil.get_by_text("The same game for everybody").wait_for()
    assert pupil.locator(".next .seed").input_value() == "11"
    assert not pupil.locator(".next .conditional").is_checked()
    assert pupil.locator(".next .recipe").input_value() == "fast"
    pupil.wait_for_load_state("networkidle")
    assert not started, "nothing starts by itself"
    check(pupil, "a game that a link offers")
    pupil.get_by_role("button", name="Start it").click()
    wait_for_step(pupil, 1)
    model = checkpoints.load_model(save_file(pupil, "the model", tmp_path))
    assert model.metadata["seed"] == "11"
    assert model.recipe.model.classes == 0
    assert not pupil.locator(".invitation").is_visible()
    assert "start" not in parse_qs(urlsplit(pupil.url).query)
    stop(pupil)


def test_a_game_is_embedded_and_the_server_can_train_it(open_at, address):
    page = open_at(f"{address}/?embed=train&recipe=fast&seed=11&conditional=0&start=1")
    page.locator(".invitation").wait_for()
    assert is_bare(page)
    choose(page, "server")
    with page.expect_request("**/live/start") as started:
        page.get_by_role("button", name="Start it").click()
    assert started.value.post_data_json["seed"] == 11
    assert started.value.post_data_json["conditional"] is False
    wait_for_step(page, 1)
    stop(page)


def test_a_game_is_embedded_in_a_page_without_a_server(open_at, exported):
    page = open_at(f"{exported}/?embed=train&recipe=article&seed=11&conditional=0&start=1")
    page.get_by_role("button", name="Start it").click()
    wait_for_step(page, 1)
    assert is_bare(page)
    assert page.locator(".next .recipe").input_value() == "fast", "what is not there is not asked for"
    stop(page)


def test_a_broken_link_for_a_class_leaves_the_settings_alone(open_at, address):
    page = open_at(f"{address}/?tab=train&recipe=nothing&seed=-4&conditional=0")
    page.locator(".train .next").wait_for()
    page.wait_for_function("document.querySelector('.next .conditional')?.checked === false")
    assert page.locator(".next .recipe").input_value() == "fast"
    assert page.locator(".next .seed").input_value() == "0"
    assert not page.locator(".invitation").is_visible()
