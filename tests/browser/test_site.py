"""The exported page: plain files behind a plain server."""

import functools
import gzip
import http.server
import re
import threading
from urllib.parse import urlsplit

import numpy as np
import pytest
from safetensors import safe_open

from gan.errors import InputError
from gan.evaluation import nearest, sample_quality
from gan.exploring.explorer import Explorer
from gan.live import recorder
from gan.web import static_site
from tests.browser.test_accessibility import check
from tests.browser.test_draw import SEVEN, draw, verdict
from tests.browser.test_explore import SLANT, same, settle, shown, slide
from tests.conftest import CHECKPOINTS


@pytest.fixture(scope="module")
def explorers():
    names = {"Choose a digit": "mnist-digits", "Any digit": "mnist"}
    return {title: Explorer(CHECKPOINTS / f"{name}.safetensors") for title, name in names.items()}


@pytest.fixture(scope="module")
def served(explorers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "page"
    static_site.export(explorers, folder)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(browser, served):
    """Opens the page; afterwards, nothing may have gone wrong, been missing or come from outside."""
    _, address = served
    contexts, troubles = [], []

    def visit(path="/", width=1280, scheme="light", heard=lambda path: None, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            accept_downloads=True,
            service_workers="block",  # test_offline.py has them
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.on("request", lambda request: is_inside(request.url) or troubles.append(request.url))
        page.on("request", lambda request: heard(urlsplit(request.url).path))
        page.goto(f"{address}{path}")
        return page

    def is_inside(url):
        return url.startswith((address, "data:", "blob:"))

    yield visit
    for context in contexts:
        context.close()
    assert not troubles


SCREENS = pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])


def fits(page):
    return not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@SCREENS
def test_the_exported_page_needs_no_python(visit, explorers, width, scheme):
    page = visit("/#model=mnist-digits&seed=5&digit=2", width, scheme)
    settle(page)
    explorer = explorers["Choose a digit"]
    assert same(shown(page), explorer.generate(explorer.latent(5), 2)[0])
    slide(page, "Slant", 1)
    assert same(shown(page), explorer.generate(explorer.latent(5, shifts={SLANT: 1}), 2)[0])
    page.locator(".models").get_by_text("Any digit").click()
    other = explorers["Any digit"]
    assert same(shown(page), other.generate(other.latent(5))[0])
    assert page.evaluate("document.documentElement.classList.contains('dark')") == (scheme == "dark")
    assert fits(page)
    assert not page.locator("input[type=file]").count(), "there is nobody to open a model"
    check(page, "the exported page")


# --- The recorded run -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recording():
    """{step: the 64 pictures that it holds of it, uint8 [64, 784]}."""
    with safe_open(recorder.PATH / recorder.RUN, framework="numpy") as file:
        steps, packed = file.get_tensor("steps").tolist(), file.get_tensor("samples.gz")
    pictures = np.frombuffer(gzip.decompress(packed.tobytes()), np.uint8).reshape(len(steps), 64, 784)
    return dict(zip(steps, pictures, strict=True))


def recorded_metadata():
    with safe_open(recorder.PATH / recorder.RUN, framework="numpy") as file:
        return file.metadata()


def open_watch(page):
    page.get_by_role("tab", name="Watch it learn", exact=True).click()
    page.wait_for_selector(".recorded .replay:enabled")
    return page


def wait_for_moment(page, step):
    page.wait_for_function(
        "words => document.querySelector('.wall-words')?.textContent.includes(words)",
        arg=f"after {step:,} steps",
    )


def hangs(page, pictures):
    """Whether these are on the wall, to the pixel."""
    return page.evaluate(
        """async pictures => {
          const { paintGrid } = await import(new URL("web/shared/paint.js", document.baseURI));
          const wanted = document.createElement("canvas");
          wanted.width = wanted.height = 480;
          paintGrid(wanted, Uint8Array.from(pictures), 8);
          return wanted.toDataURL() === document.querySelector(".wall").toDataURL();
        }""",
        pictures.ravel().tolist(),
    )


def test_nothing_of_the_recording_is_fetched_until_it_is_opened(visit):
    fetched = []
    page = visit(heard=fetched.append)
    settle(page)
    scripts = ("train/recorded", "train/timeline", "train/charts", "vendor/uplot/uPlot.esm")
    own = {"/run/run.safetensors", *(f"/web/{name}.js" for name in scripts)}
    assert not own & {*fetched}
    open_watch(page)
    assert own < {*fetched}
    assert not [path for path in fetched if "/step-" in path], "networks come one by one"


@SCREENS
def test_a_recorded_run_is_watched_scrubbed_and_explored(visit, recording, width, scheme):
    page = open_watch(visit(width=width, scheme=scheme, reduced_motion="reduce"))
    steps = list(recording)
    wait_for_moment(page, steps[-1])
    assert hangs(page, recording[steps[-1]])
    assert page.locator(".recorded .health").get_attribute("data-name") == "healthy", "once called well"
    assert fits(page)
    for index in (0, len(steps) // 2):
        page.get_by_label("Moment of the run").fill(str(index))
        wait_for_moment(page, steps[index])
        assert hangs(page, recording[steps[index]])
        assert not hangs(page, recording[steps[index + 1]])
    page.get_by_label("Moment of the run").press("ArrowRight")
    step = steps[len(steps) // 2 + 1]
    wait_for_moment(page, step)
    assert page.locator(".recorded .fakes figcaption").first.text_content().isdecimal()
    assert f"step {step:,}" in page.locator(".recorded .status").text_content()
    assert "seed 0" in page.locator(".origin").text_content()
    check(page, "the recorded run")

    moments = recorder.moments()
    kept = max(moment for moment in moments if moment <= step)
    page.get_by_role("button", name=f"Explore step {kept:,}").click()
    page.locator(".models").get_by_text(f"Step {kept:,}").wait_for()
    explorer = Explorer(moments[kept])
    assert same(shown(page), explorer.generate(explorer.latent(7))[0])
    slide(page, explorer.latent_map.names()[1]["name"], -1.5)
    assert same(shown(page), explorer.generate(explorer.latent(7, shifts={1: -1.5}))[0])
    assert "of 100 real digits" in page.locator(".words").text_content()
    check(page, "a moment of the recorded run")


@SCREENS
def test_a_recorded_run_plays_by_itself_and_on_demand(visit, recording, width, scheme):
    page = visit(width=width, scheme=scheme)
    settle(page)
    page.evaluate(
        "window.shifts = [];"
        "new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({ type: 'layout-shift' })"
    )
    open_watch(page)
    last = list(recording)[-1]
    page.get_by_role("button", name="Stop replay").wait_for()
    page.get_by_role("button", name="Stop replay").click()
    words = page.locator(".wall-words").text_content()
    page.wait_for_timeout(400)
    assert page.locator(".wall-words").text_content() == words
    page.get_by_role("button", name="Replay", exact=True).click()
    wait_for_moment(page, last)
    page.get_by_role("button", name="Replay", exact=True).wait_for()
    assert hangs(page, recording[last])
    assert page.evaluate("shifts.length") == 0, "everything keeps its place"


def test_the_charts_of_a_recorded_run_show_its_moment_and_are_read_with_a_finger(visit, recording):
    page = open_watch(visit(width=390, reduced_motion="reduce", has_touch=True))
    real = float(recorded_metadata()["real_frechet"])
    assert real == pytest.approx(sample_quality.real_frechet(recorder.QUALITY_SAMPLES))
    distance, losses = (page.locator(f"[data-chart={name}]") for name in ("frechet", "losses"))
    distance.scroll_into_view_if_needed()
    page.wait_for_function(
        "words => document.querySelector('[data-chart=frechet] .key')?.textContent.includes(words)",
        arg=f"{real:.3g}",
    )
    page.get_by_label("Moment of the run").fill("30")
    wait_for_moment(page, list(recording)[30])
    losses.scroll_into_view_if_needed()
    now = "document.querySelector('[data-chart=losses] .key .now').textContent"
    page.wait_for_function(f"/\\d/.test({now})")
    first = page.evaluate(now)
    lines = page.locator(".moment-line:not([hidden])")
    assert lines.count() == 5
    assert len({lines.nth(i).evaluate("line => line.style.transform") for i in range(5)}) == 1

    box = losses.locator(".u-over").bounding_box()
    page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 30)
    page.wait_for_function("document.querySelector('.reading')?.textContent.startsWith('Step 7,')")
    assert page.evaluate(now) != first
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.8), ("touchMove", 0.6), ("touchMove", 0.5), ("touchEnd", None)):
        points = [{"x": box["x"] + share * box["width"], "y": box["y"] + 30}] if share else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("/^Step (3,9|4,0)/.test(document.querySelector('.reading')?.textContent)")
    page.locator(".reading").tap()
    page.wait_for_function("document.querySelector('.reading')?.textContent.startsWith('Point')")
    assert page.evaluate(now) == first


def test_the_address_leads_to_a_moment(visit, recording):
    steps = list(recording)
    page = visit(f"/?step={steps[30] + 1}#model=mnist&seed=5")
    wait_for_moment(page, steps[30])
    page.get_by_label("Moment of the run").fill("40")
    page.wait_for_function("step => location.search === `?step=${step}`", arg=steps[40])
    page.get_by_role("tab", name="Explore", exact=True).click()
    page.wait_for_function("location.search === ''")
    assert "#model=mnist&seed=5" in page.url
    page.get_by_role("tab", name="Explore", exact=True).press("ArrowRight")
    page.wait_for_function("step => location.search === `?step=${step}`", arg=steps[40])
    assert page.get_by_role("tabpanel", name="Watch it learn", exact=True).is_visible()
    step, path = list(recorder.moments().items())[2]
    linked = visit(f"/#model={path.stem}&seed=3")
    settle(linked)
    explorer = Explorer(path)
    assert same(shown(linked), explorer.generate(explorer.latent(3))[0])
    assert linked.get_by_label(f"Step {step:,}").is_checked()


def test_a_recording_that_cannot_be_had_is_said(browser, served):
    page = browser.new_page(service_workers="block")
    page.route("**/run/**", lambda route: route.fulfill(status=503))
    page.goto(served[1])
    page.get_by_role("tab", name="Watch it learn", exact=True).click()
    page.get_by_text("The recording cannot be loaded").wait_for()
    page.close()


# --- The shell ----------------------------------------------------------------------------------------


@SCREENS
def test_learn_is_there_too_and_leads_to_the_recorded_run(visit, width, scheme):
    page = visit("/?tab=Learn#model=mnist&seed=5", width, scheme)
    page.get_by_role("heading", name="Two networks, one game").wait_for()
    page.wait_for_selector(".explore[aria-busy=false]", state="attached")
    page.wait_for_selector(".forgery[aria-busy=false]")
    page.locator(".forgery .forged").click()
    assert "of 100 real" in page.locator(".forgery .verdict").text_content()
    assert fits(page)
    check(page, "Learn")
    for words in ("Break one, and mend it", "Let them race"):
        assert not page.get_by_role("button", name=words).count(), "a recorded run has neither"
    page.get_by_role("link", name="The knobs").click()
    assert "tab=learn" in page.url
    assert "seed=5" in page.url
    page.get_by_role("button", name="Watch it happen").click()
    page.wait_for_selector(".recorded .replay:enabled")
    assert page.get_by_role("tab", name="Watch it learn", exact=True).get_attribute("aria-selected") == "true"


def test_the_tour_is_there_too(visit):
    page = visit()
    settle(page)
    page.get_by_role("button", name="A tour").click()
    lit = [".explore .plate", ".sliders-panel", ".recorded .stage .plate", ".timeline", ".recorded .health"]
    for i, selector in enumerate(lit):
        page.wait_for_selector(f"{selector}.toured")
        assert f"{i + 1} of 5" in page.locator(".tour-count").text_content()
        page.get_by_role("button", name="Done" if i == 4 else "Next", exact=True).click()
    assert page.locator(".tour-card, .toured").count() == 0


def test_the_keyboard_moves_between_tabs(visit):
    page = visit()
    settle(page)
    page.get_by_role("tab", name="Explore", exact=True).focus()
    for key, name in (
        ("End", "Learn"),
        ("ArrowRight", "Explore"),
        ("ArrowLeft", "Learn"),
        ("Home", "Explore"),
    ):
        page.keyboard.press(key)
        page.wait_for_selector(f"[role=tab][aria-selected=true]:text-is('{name}')")
        assert page.evaluate("document.activeElement.textContent") == name
        assert page.get_by_role("tabpanel", name=name, exact=True).is_visible()
        assert page.locator("[role=tabpanel]:visible").count() == 1


@pytest.mark.parametrize("module", ["shell/shell.js", "engine/tensors.js"])
def test_code_that_cannot_be_had_is_said(browser, served, module):
    page = browser.new_page(service_workers="block")
    page.route(f"**/web/{module}", lambda route: route.abort())
    page.goto(served[1])
    page.get_by_text("The page cannot start").wait_for()
    page.close()


def test_it_loads_the_styles_of_the_app(served):
    folder, _ = served
    page = (folder / "index.html").read_text()
    linked = re.findall(r'<link rel="stylesheet" href="web/(.*?)">', page)
    assert tuple(linked) == static_site.STYLES
    assert all((folder / "web" / name).is_file() for name in linked)
    assert not re.findall("<!-- styles -->|<!-- page -->|/\\* described", page)


BOXES = """() => {
  const names = [
    "h1", ".masthead p", ".tour", ".tabs", "#tab-explore", ".explore .stage", ".picture", ".words", ".bars",
    ".with-saliency", ".views", ".hand", ".sliders", ".slider input", ".truncation", ".surprise", ".seed",
    ".png", ".size",
  ];
  return Object.fromEntries(names.map((name) => {
    const element = document.querySelector(name);
    if (!element) return [name, null];
    const { x, y, width, height } = element.getBoundingClientRect();
    const { color, fontSize, fontFamily, backgroundColor, borderTopColor } = getComputedStyle(element);
    const box = [x, y, width, height].map(Math.round);
    return [name, [...box, color, fontSize, fontFamily, backgroundColor, borderTopColor].join(" ")];
  }));
}"""


@SCREENS
def test_it_looks_as_the_app_does(visit, browser, address, width, scheme):
    page = visit(width=width, scheme=scheme)
    settle(page)
    app = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    app.goto(address)
    settle(app)
    looks = page.evaluate(BOXES)
    assert None not in looks.values()
    assert looks == app.evaluate(BOXES)
    app.close()


# --- The rest ---------------------------------------------------------------------------------------


def test_drawings_and_copies_are_looked_for_in_the_page(browser, served):
    _, address = served
    page = browser.new_page(service_workers="block")
    page.goto(f"{address}/#model=mnist&seed=5&view=draw")
    settle(page)
    page.get_by_role("button", name="Use a stranger’s digit").click()
    assert "misses" in verdict(page)
    assert "Your hand is forged" in draw(page, SEVEN)
    page.get_by_text("Is it copying?").click()
    page.wait_for_function("document.querySelector('.originals figcaption')?.textContent")
    found = nearest.nearest_training_images(shown(page).astype(np.uint8)[..., None])
    distances = [float(text) for text in page.locator(".originals figcaption").all_text_contents()]
    assert distances == pytest.approx(found.distances, abs=0.11)
    assert page.get_by_label(f"A real {found.labels[0]}").count() >= 1
    page.close()


def test_nothing_of_this_machine_is_in_it(served):
    folder, _ = served
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".js", ".css"):
            assert str(CHECKPOINTS) not in path.read_text()


def test_a_folder_with_something_in_it_is_left_alone(explorers, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="something already"):
        static_site.export(explorers, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
