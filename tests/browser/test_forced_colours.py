"""Where the visitor's system gives all colours, it is still seen what is chosen."""

from tests.browser.explore_page import settle

CHOSEN = {
    "the tab": ("[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]"),
    "the model": (".models input:checked + span", ".models input:not(:checked) + span"),
    "the view": (".views input:checked + span", ".views input:not(:checked) + span"),
    "the digit": (".hand input:checked + span", ".hand input:not(:checked) + span"),
}
SEEN = """(element) => {
  const { appearance, borderTopWidth, opacity, backgroundColor } = getComputedStyle(element);
  return { appearance, borderTopWidth, opacity, backgroundColor };
}"""
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


def test_what_can_be_pressed_is_seen_in_forced_colours(visit):
    page = visit("/?tab=learn&forgery=5", scheme="dark", forced_colors="active")
    page.locator(".forgery[aria-busy=false]").wait_for()

    def seen(selector):
        return page.locator(selector).first.evaluate(SEEN)

    assert seen(".learn .doit button")["borderTopWidth"] != "0px"
    assert seen(".learn select")["appearance"] == "auto", "it has an arrow"
    page.locator(".forgery .real").press("Enter")
    for answer in (".real", ".forged"):
        assert seen(f".forgery {answer}")["opacity"] == "1"
    grounds = {seen(f".forgery {answer}")["backgroundColor"] for answer in (".real", ".forged")}
    assert len(grounds) == 1, "an answer that was given is framed: GrayText cannot be read on Highlight"
    page.locator(".forgery .looks").check()
    more, less = (seen(f".forgery .legend i >> nth={i}")["backgroundColor"] for i in (0, 1))
    assert more != less, "the key of the colours"
