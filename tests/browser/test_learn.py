"""The Learn page: its formulas, its links, and the ways to and from the other tabs."""

from gan.live.controls import RANGES


def open_tab(page):
    page.get_by_role("tab", name="Learn").click()
    page.locator(".learn h2").first.wait_for()
    return page


def at_top(page, selector):
    page.wait_for_function(
        "selector => Math.abs(document.querySelector(selector).getBoundingClientRect().y) < 300", arg=selector
    )


def test_formulas_are_typeset_and_links_lead_within_the_page(open_page):
    page = open_page()
    page.wait_for_selector(".explore[aria-busy=false]")
    open_tab(page)
    heights = page.evaluate(
        "[...document.querySelectorAll('.learn math[display=block]')].map((m) => m.clientHeight)"
    )
    assert len(heights) == 5
    assert min(heights) > 12
    before = page.url
    page.get_by_role("link", name="The knobs").click()
    at_top(page, "#learn-knobs")
    assert page.url == before, "the address is Explore's state"


def test_every_knob_has_its_paragraph_and_leads_there(open_page):
    page = open_tab(open_page())
    for name in RANGES:
        assert page.locator(f"#learn-{name} + dd").text_content()
    page.get_by_role("button", name="Break one, and mend it").click()
    page.get_by_role("button", name="Run this failure").first.wait_for()
    page.locator(".knobs summary").click()
    page.get_by_role("button", name="What R1 penalty γ does").click()
    at_top(page, "#learn-r1_gamma")
