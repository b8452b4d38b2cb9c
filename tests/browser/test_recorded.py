"""The recorded run of the exported page: watched, scrubbed, played, explored."""

import gzip

import numpy as np
import pytest
from safetensors import safe_open

from gan.evaluation import sample_quality
from gan.exploring.explorer import Explorer
from gan.live import recorder
from tests.browser.explore_page import same, settle, shown, slide
from tests.browser.exported_page import SCREENS, SCRIPTS, fits
from tests.browser.test_accessibility import check


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
    page.get_by_role("tab", name="Train", exact=True).click()
    page.get_by_role("button", name="Watch a recorded run first").click()
    page.wait_for_selector(".recorded .replay:enabled")
    return page


def wait_for_moment(page, step):
    page.wait_for_function(
        "words => document.querySelector('.recorded .wall-words')?.textContent.includes(words)",
        arg=f"after {step:,} steps",
    )


def hangs(page, pictures):
    """Whether these are on the wall, to the pixel."""
    return page.evaluate(
        """async pictures => {
          const { paintGrid } = await import(new URL("shared/paint.js", SCRIPTS));
          const wanted = document.createElement("canvas");
          wanted.width = wanted.height = 480;
          paintGrid(wanted, Uint8Array.from(pictures), 8);
          return wanted.toDataURL() === document.querySelector(".recorded .wall").toDataURL();
        }""".replace("SCRIPTS", SCRIPTS),
        pictures.ravel().tolist(),
    )


def test_the_recording_is_fetched_when_it_is_opened_and_its_networks_one_by_one(visit):
    fetched = []
    page = visit(heard=fetched.append)
    settle(page)
    assert "/run/run.safetensors" not in fetched
    open_watch(page)
    assert "/run/run.safetensors" in fetched
    assert not [path for path in fetched if "/step-" in path]


@SCREENS
def test_a_recorded_run_is_watched_scrubbed_and_explored(visit, recording, width, scheme):
    page = open_watch(visit(width=width, scheme=scheme, reduced_motion="reduce"))
    steps = list(recording)
    wait_for_moment(page, steps[-1])
    assert hangs(page, recording[steps[-1]])
    assert page.locator(".recorded .health").get_attribute("data-name") == "healthy", "once called well"
    assert fits(page)
    for index in (0, len(steps) // 2):
        page.locator(".recorded .scrub").fill(str(index))
        wait_for_moment(page, steps[index])
        assert hangs(page, recording[steps[index]])
        assert not hangs(page, recording[steps[index + 1]])
    page.locator(".recorded .scrub").press("ArrowRight")
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


def test_a_recorded_run_plays_by_itself_and_on_demand(visit, recording):
    page = visit(width=390, scheme="dark")
    settle(page)
    page.evaluate(
        "window.shifts = [];"
        "new PerformanceObserver(list => shifts.push(...list.getEntries())).observe({ type: 'layout-shift' })"
    )
    open_watch(page)
    last = list(recording)[-1]
    page.get_by_role("button", name="Stop replay").wait_for()
    page.get_by_role("button", name="Stop replay").click()
    words = page.locator(".recorded .wall-words").text_content()
    page.wait_for_timeout(400)
    assert page.locator(".recorded .wall-words").text_content() == words
    page.get_by_role("button", name="Replay", exact=True).click()
    wait_for_moment(page, last)
    page.get_by_role("button", name="Replay", exact=True).wait_for()
    assert hangs(page, recording[last])
    assert page.evaluate("shifts.length") == 0, "everything keeps its place"


def test_the_charts_of_a_recorded_run_show_its_moment_and_are_read_with_a_finger(visit, recording):
    page = open_watch(visit(width=390, reduced_motion="reduce", has_touch=True))
    real = float(recorded_metadata()["real_frechet"])
    assert real == pytest.approx(sample_quality.real_frechet(recorder.QUALITY_SAMPLES))
    distance, losses = (page.locator(f".recorded [data-chart={name}]") for name in ("frechet", "losses"))
    distance.scroll_into_view_if_needed()
    page.wait_for_function(
        "words => document.querySelector('.recorded [data-chart=frechet] .key')?.textContent.includes(words)",
        arg=f"{real:.3g}",
    )
    page.locator(".recorded .scrub").fill("30")
    wait_for_moment(page, list(recording)[30])
    losses.scroll_into_view_if_needed()
    now = "document.querySelector('.recorded [data-chart=losses] .key .now').textContent"
    page.wait_for_function(f"/\\d/.test({now})")
    first = page.evaluate(now)
    lines = page.locator(".recorded .moment-line:visible")
    assert lines.count() == 5
    assert len({lines.nth(i).evaluate("line => line.style.transform") for i in range(5)}) == 1

    box = losses.locator(".u-over").bounding_box()
    page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + 30)
    page.wait_for_function("document.querySelector('.recorded .reading')?.textContent.startsWith('Step 7,')")
    assert page.evaluate(now) != first
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.8), ("touchMove", 0.6), ("touchMove", 0.5), ("touchEnd", None)):
        points = [{"x": box["x"] + share * box["width"], "y": box["y"] + 30}] if share else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    reading = "document.querySelector('.recorded .reading')?.textContent"
    page.wait_for_function(f"/^Step (3,9|4,0)/.test({reading})")
    page.locator(".recorded .reading").tap()
    page.wait_for_function("document.querySelector('.recorded .reading')?.textContent.startsWith('Point')")
    assert page.evaluate(now) == first


def test_the_address_leads_to_a_moment(visit, recording):
    steps = list(recording)
    page = visit(f"/?step={steps[30] + 1}#model=mnist&seed=5")
    wait_for_moment(page, steps[30])
    page.locator(".recorded .scrub").fill("40")
    page.wait_for_function("step => location.search === `?step=${step}`", arg=steps[40])
    page.get_by_role("tab", name="Explore", exact=True).click()
    page.wait_for_function("location.search === ''")
    assert "#model=mnist&seed=5" in page.url
    page.get_by_role("tab", name="Explore", exact=True).press("ArrowRight")
    page.wait_for_function("step => location.search === `?step=${step}`", arg=steps[40])
    assert page.get_by_role("tabpanel", name="Train", exact=True).is_visible()
    step, path = list(recorder.moments().items())[2]
    linked = visit(f"/#model={path.stem}&seed=3")
    settle(linked)
    explorer = Explorer(path)
    assert same(shown(linked), explorer.generate(explorer.latent(3))[0])
    assert linked.get_by_label(f"Step {step:,}").is_checked()


def test_a_recording_that_cannot_be_had_is_said(unwatched, served):
    page = unwatched
    page.route("**/run/**", lambda route: route.fulfill(status=503))
    page.goto(served[1])
    page.get_by_role("tab", name="Train", exact=True).click()
    page.get_by_role("button", name="Watch a recorded run first").click()
    page.get_by_text("The recording cannot be loaded").wait_for()
