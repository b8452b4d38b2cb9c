"""The Learn page: its formulas, its links, and the ways to and from the other tabs."""

import pytest

from gan.live.controls import RANGES


def open_tab(page):
    page.get_by_role("tab", name="Learn", exact=True).click()
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


@pytest.mark.parametrize(
    ("search", "tab"),
    [
        ("", "Explore"),
        ("?tab=Train", "Train"),
        ("?tab=train", "Train"),
        ("?tab=Learn", "Learn"),
        ("?watch=nobodys-run", "Train"),
        ("?tab=Nothing", "Explore"),
    ],
)
def test_an_address_opens_a_tab_and_keeps_the_state_of_explore(browser, address, search, tab):
    page = browser.new_page()  # not open_page: that nobody has this run is an error in its console
    page.goto(f"{address}/{search}#model=mnist&seed=5")
    page.get_by_role("tabpanel", name=tab, exact=True).wait_for()
    page.wait_for_selector(".explore[aria-busy=false]", state="attached")
    assert page.locator("[role=tabpanel]:visible").count() == 1
    assert "seed=5" in page.url
    assert page.locator(".seed").first.input_value() == "5"
    page.close()


def test_a_reload_finds_the_tab_again(open_page):
    page = open_tab(open_page())
    page.reload()
    page.get_by_role("tabpanel", name="Learn", exact=True).wait_for()
    page.get_by_role("tab", name="Explore", exact=True).click()
    assert "tab=" not in page.url


def test_nothing_of_gradios_own_shows(open_page):
    page = open_page()
    page.wait_for_selector(".explore[aria-busy=false]")
    page.wait_for_selector("footer")
    shown = page.evaluate(
        """[...document.querySelectorAll(".gradio-container :is(button, input, [role=tab], svg, img)")]
          .filter((each) => each.checkVisibility() && !each.closest(".page, footer"))
          .map((each) => each.outerHTML)"""
    )
    assert not shown
    assert page.locator("footer button:visible").all_text_contents() == ["Use via API "]
    assert page.evaluate("getComputedStyle(document.querySelector('.page').parentElement).padding") == "0px"
