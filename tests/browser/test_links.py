"""Links that are copied, and links that are broken, where a run is watched."""

from urllib.parse import parse_qs, urlsplit

import numpy as np

from tests.browser.explore_page import copied, settle, shown, slide
from tests.browser.train_page import choose, press, stop, ticket, wait_for_step

CHOSEN = "[role=tab][aria-selected=true]"


def test_a_watcher_copies_a_link_that_opens_explore_at_the_picture(started, open_page):
    name = ticket(started)["name"]
    watcher = open_page(link=f"/?watch={name}")
    watcher.wait_for_selector(".train .reals canvas >> visible=true")
    wait_for_step(watcher, 1)
    watcher.get_by_role("tab", name="Explore").click()
    slide(watcher, "Slant", 1.5)
    picture = shown(watcher)
    link = copied(watcher, "Copy link")
    assert urlsplit(link).query == ""
    friend = open_page(link=link)
    assert friend.locator(CHOSEN).text_content().strip() == "Explore"
    assert np.abs(shown(friend) - picture).max() <= 1
    watcher.reload()  # where it was, and the run is still watched
    settle(watcher)
    assert watcher.locator(CHOSEN).text_content().strip() == "Explore"
    assert np.abs(shown(watcher) - picture).max() <= 1
    watcher.get_by_role("tab", name="Train").click()
    wait_for_step(watcher, 1)
    assert "somebody else" in watcher.locator(".status").text_content()


def test_a_link_that_names_no_run_is_said_and_asks_for_nothing(open_page, address):
    asked = []
    page = open_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in ("../../x", "short", "twelve/slash", "a" * 13):
        page.goto(f"{address}/?watch={name}")
        page.wait_for_selector(".train .reals canvas >> visible=true")
        page.wait_for_function(
            "document.querySelector('.train .error')?.textContent.includes('leads to no run')"
        )
        page.wait_for_timeout(600)  # more than one poll
        assert not [url for url in asked if "/live/watch" in url or urlsplit(url).path.endswith("/x")], name
        hrefs = page.locator(".train .file").evaluate_all(
            "links => links.map((link) => link.getAttribute('href'))"
        )
        assert hrefs == [None] * 4, name
    choose(page, "server")
    press(page, "Start")
    wait_for_step(page, 1)
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["train"]}
    stop(page)
