from tests.browser.train_page import stop

ABOVE_THE_CARD = """() => {
  const at = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [place, card] = [at(".toured"), at(".tour-card")];
  return place.top < card.top - 20 && place.bottom > 0;
}"""


def text(page):
    return page.locator(".tour-text").text_content()


def test_the_tour_leads_from_a_digit_to_noise_and_can_be_left(open_page):
    page = open_page(height=720)
    page.get_by_role("button", name="A tour").click()
    lit = [".explore .plate", ".sliders-panel", ".train .stage .plate", ".train .go", ".train .health"]
    said = set()
    for i, selector in enumerate(lit):
        page.wait_for_selector(f"{selector}.toured")
        assert f"{i + 1} of 5" in page.locator(".tour-count").text_content()
        said.add(text(page))
        assert page.locator(".toured").count() == 1
        page.wait_for_function(ABOVE_THE_CARD)
        page.get_by_role("button", name={3: "Start it", 4: "Done"}.get(i, "Next")).click()
    page.wait_for_function(
        "/step [1-9]/.test(document.querySelector('.status').textContent)", timeout=240_000
    )
    stop(page)
    assert len(said) == 5
    assert page.locator(".tour-card, .toured").count() == 0
    page.get_by_role("tab", name="Explore").click()
    page.locator(".views").get_by_text("Map", exact=True).click()
    page.get_by_role("button", name="A tour").click()
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector(".sliders-panel.toured")  # it was hidden behind the map
    page.keyboard.press("Escape")
    assert page.locator(".tour-card").count() == 0
    page.get_by_role("button", name="A tour").click()
    page.get_by_role("button", name="Leave").click()
    assert page.locator(".tour-card").count() == 0
