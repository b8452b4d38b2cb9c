"""Where the visitor's system gives all colours, it is still seen what is chosen."""

from tests.browser.explore_page import settle

CHOSEN = {
    "the tab": ("[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]"),
    "the model": (".models input:checked + span", ".models input:not(:checked) + span"),
    "the view": (".views input:checked + span", ".views input:not(:checked) + span"),
    "the digit": (".hand input:checked + span", ".hand input:not(:checked) + span"),
}
LOOK = """(element) => {
  const { backgroundColor, outlineStyle, outlineColor } = getComputedStyle(element);
  return [backgroundColor, outlineStyle, outlineColor].join(" ");
}"""


def test_what_is_chosen_is_seen_in_forced_colours(visit):
    page = visit("/", forced_colors="active")
    settle(page)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for what, (chosen, other) in CHOSEN.items():
        looks = [page.locator(selector).first.evaluate(LOOK) for selector in (chosen, other)]
        assert looks[0] != looks[1], what
    bar = page.locator(".bars .top i").evaluate("(bar) => getComputedStyle(bar).backgroundColor")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert bar != ground, "a bar has a colour"
