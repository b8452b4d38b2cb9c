"""The Learn page: its formulas, its links, and the ways to and from the other tabs."""

from gan.live.controls import RANGES
from tests.browser.conftest import PATIENCE


def open_tab(page):
    page.get_by_role("tab", name="Learn", exact=True).click()
    page.locator(".learn h2").first.wait_for()
    return page


def at_top(page, selector):
    page.wait_for_function(
        "selector => Math.abs(document.querySelector(selector).getBoundingClientRect().y) < 300", arg=selector
    )


def test_formulas_are_typeset_links_lead_within_the_page_and_a_reload_finds_the_tab_again(open_page):
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
    for name in RANGES:
        assert page.locator(f"#learn-{name} + dd").text_content(), f"{name} has its paragraph"
    figures = page.locator(".small-game").all()
    assert len(figures) >= 20
    for figure in figures:
        assert figure.locator("figcaption").text_content()
        assert figure.locator("canvas").count() >= 1
    page.get_by_role("button", name="Break one, and mend it").click()
    page.get_by_role("button", name="Run this failure").first.wait_for()
    page.locator(".knobs summary").click()
    page.get_by_role("button", name="What R1 penalty γ does").click()
    at_top(page, "#learn-r1_gamma")
    page.reload()
    page.get_by_role("tabpanel", name="Learn", exact=True).wait_for()
    page.get_by_role("tab", name="Explore", exact=True).click()
    assert "tab=" not in page.url
    page.wait_for_selector(".explore[aria-busy=false]")
    nothing_of_gradios_own_shows(page)


def test_a_place_on_a_tab_that_comes_late_is_waited_for_until_another_tab_is_asked_for(open_page):
    held = []
    page = open_page(
        prepare=lambda page: page.route("**/web/train/library.js*", lambda route: held.append(route))
    )
    page.wait_for_selector(".explore[aria-busy=false]")
    while not held:  # it is fetched ahead
        page.wait_for_timeout(50)
    open_tab(page)
    page.get_by_role("button", name="Break one, and mend it").click()
    page.evaluate("""() => {
      const now = performance.now.bind(performance);
      performance.now = () => now() + 60_000;
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }""")  # a minute has passed
    for route in held:
        route.continue_()
    page.get_by_role("button", name="Run this failure").first.wait_for()

    page.locator(".lab > summary").click()
    open_tab(page)
    page.evaluate("""() => {
      document.querySelector("[data-open='.lab']").click();
      document.querySelector("#tab-explore").click();
    }""")
    page.wait_for_selector("#panel-explore:not([hidden])")
    page.get_by_role("tab", name="Train", exact=True).click()
    page.wait_for_selector("#panel-train:not([hidden])")
    assert page.locator(".lab").get_attribute("open") is None, "nobody waits for the lab any more"


TAB_OF = {"?tab=Learn": "Learn", "?watch=nobodys-run": "Train", "?tab=Nothing": "Explore"}  # and tests/web


def test_an_address_opens_a_tab_and_keeps_the_state_of_explore(unwatched, address):
    page = unwatched  # that nobody has this run is an error in its console
    for search, tab in TAB_OF.items():
        page.goto(f"{address}/{search}#model=mnist&seed=5")
        page.get_by_role("tabpanel", name=tab, exact=True).wait_for()
        page.wait_for_selector(".explore[aria-busy=false]", state="attached")
        assert page.locator("[role=tabpanel]:visible").count() == 1, search
        assert "seed=5" in page.url, search
        assert page.locator(".seed").first.input_value() == "5", search


def nothing_of_gradios_own_shows(page):
    page.wait_for_selector("footer")
    shown = page.evaluate(
        """[...document.querySelectorAll(".gradio-container :is(button, input, [role=tab], svg, img)")]
          .filter((each) => each.checkVisibility() && !each.closest(".page, footer"))
          .map((each) => each.outerHTML)"""
    )
    assert not shown
    assert page.locator("footer button:visible").all_text_contents() == ["Use via API "]
    assert page.evaluate("getComputedStyle(document.querySelector('.page').parentElement).padding") == "0px"


def small_game(page, scene):
    figure = page.locator(f".small-game[data-scene={scene}]").first
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").wait_for()
    return figure


PICTURE = "canvas => canvas.toDataURL()"


def reading(page, figure):
    return page.locator(f"#learn-figure-{figure} .reading")


def wait_for_reading(page, figure, pattern):
    page.wait_for_function(
        """([figure, pattern]) => {
          const line = document.querySelector(`#learn-figure-${figure} .reading`);
          return new RegExp(pattern).test(line?.textContent ?? "");
        }""",
        arg=[figure, pattern],
    )


def look_at(page, figure):
    return page.locator(f"#learn-figure-{figure}").evaluate(
        "figure => figure.querySelector('canvas, ol').scrollIntoView({block: 'center'})"
    )


def test_figures_move_by_themselves_until_one_is_touched(open_page):
    page = open_tab(open_page())
    figure = small_game(page, "collapse")
    canvas = figure.locator("canvas")
    first = canvas.evaluate(PICTURE)
    page.wait_for_function(
        "before => document.querySelector('[data-scene=collapse] canvas').toDataURL() !== before", arg=first
    )
    figure.get_by_role("button").click()
    assert figure.get_by_role("button").get_attribute("aria-pressed") == "false"
    frames = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(frames)
    stopped = canvas.evaluate(PICTURE)
    for _ in range(5):
        page.evaluate(frames)
    assert canvas.evaluate(PICTURE) == stopped

    look_at(page, "precision")
    wait_for_reading(page, "precision", "Precision")
    first = reading(page, "precision").text_content()
    wait_for_reading(page, "precision", f"^(?!{first})")
    sliders = page.locator("#learn-figure-precision input")
    sliders.first.focus()
    sliders.first.press("Home")  # one cluster of eight
    sliders.last.fill("0.035")
    wait_for_reading(page, "precision", r"Precision 9\d %, recall 1\d %")
    look_at(page, "frechet")
    page.get_by_label("Shift of the forgeries").fill("0")
    page.get_by_label("Their spread").fill("1")
    wait_for_reading(page, "frechet", "d² = 0.0[01]: 0.0")
    look_at(page, "pushes")
    page.locator("#learn-figure-pushes select").select_option("hinge")
    page.locator("#learn-figure-pushes input").fill("-3")
    wait_for_reading(page, "pushes", "pushed by 1.00, D by 0.00")


def test_figures_stand_still_at_their_end_for_those_who_want_no_motion_and_a_cure_is_switched_on(open_page):
    page = open_page(prepare=lambda page: page.emulate_media(reduced_motion="reduce"))
    figure = small_game(open_tab(page), "non-saturating")
    canvas = "document.querySelector('[data-scene=non-saturating] canvas').getContext('2d')"
    page.wait_for_function(f"() => {canvas}.getImageData(20, 20, 1, 1).data[3] > 0")
    assert figure.get_by_role("button").get_attribute("aria-pressed") == "false"
    look_at(page, "collapse")
    wait_for_reading(page, "collapse", "reaches [0-4] of 8")
    page.get_by_label("With R1, slower").first.check()
    wait_for_reading(page, "collapse", "reaches [5-8] of 8")
    looks = "boxes => [...new Set(boxes.map(box => getComputedStyle(box).appearance))]"
    boxes = page.locator(".page input[type=checkbox]")
    assert boxes.evaluate_all(looks) == ["auto"], "that of Gradio, once checked, cannot be seen on the page"


def test_figures_of_digits_show_blur_a_search_and_how_often_each_digit_comes(visit):
    page = visit("/?tab=learn")
    page.set_default_timeout(PATIENCE)
    page.locator(".learn h2").first.wait_for()
    look_at(page, "blur")
    means = page.locator("#learn-figure-blur .means li")
    means.nth(5).wait_for()
    assert means.nth(0).locator("small").text_content() == "D: real"
    assert means.nth(5).locator("small").text_content() == "D: forged"
    look_at(page, "search")
    wait_for_reading(page, "search", "Step 100 of 100: the pixels differ by 0.0")
    look_at(page, "frequencies")
    wait_for_reading(page, "frequencies", "Of 320 forgeries: most often")


def test_each_kind_of_figure_is_embedded_alone(visit, served):
    page = visit("/?embed=learn-figure-frequencies", width=390)
    page.set_default_timeout(PATIENCE)
    for figure in ("frequencies", "average", "collapse", "variational", "pushes"):
        if figure not in page.url:
            page.goto(f"{served[1]}/?embed=learn-figure-{figure}")
        page.locator(f"#learn-figure-{figure} canvas").first.wait_for()
        assert page.locator("figure:visible").count() == 1
        assert not page.locator(".learn h2:visible, .masthead:visible").count()
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) <= 0, figure


def test_without_a_classifier_a_figure_says_that_digits_are_not_read_and_asks_for_no_more(unwatched, served):
    unwatched.route("**/classifier.safetensors*", lambda route: route.abort())
    unwatched.goto(f"{served[1]}/?embed=learn-figure-frequencies")
    error = unwatched.locator("#learn-figure-frequencies .error")
    error.get_by_text("The digits cannot be read: there is no classifier.").wait_for()
    assert reading(unwatched, "frequencies").text_content() == ""
