"""A run that the page trains by itself: its Workers, its files, and what the browser keeps of it."""

import csv
import io

import pytest
from PIL import Image

from gan.live import description
from gan.networks import checkpoints
from gan.training import saved_state

BEGIN = """async ({ description, task, asked }) => {
  window.trainers ??= new Set();
  window.BrowsersWorker ??= Worker;
  window.Worker = class extends BrowsersWorker {
    constructor(url, options) {
      super(url, options);
      if (String(url).includes("/training/")) trainers.add(this);
    }
    terminate() {
      trainers.delete(this);
      super.terminate();
    }
  };
  const { pageRuns } = await import(new URL("web/train/page_host.js", document.baseURI));
  window.host = pageRuns({
    description,
    source: { name: "mnist", url: "data" },
    classifier: "models/classifier.safetensors",
    features: "models/real-features.safetensors",
  });
  window.run = await host[task](asked);
  window.told = 0;
  run?.follow(() => true, () => told++);
  return run?.ticket ?? null;
}"""
WISH = {"recipe": "fast", "seed": 3, "conditional": True}


def begin(page, task="start", asked=WISH):
    """Starts or finds a run in a page; returns its ticket."""
    return page.evaluate(BEGIN, {"description": description.describe(), "task": task, "asked": asked})


def until(page, condition):
    """Waits until something is so of the run's snapshot `s`."""
    page.wait_for_function(f"(() => {{ const s = run.snapshot; return s && ({condition}); }})()")


def saved(page, kind):
    with page.expect_download() as download:
        page.evaluate("kind => run.save(kind)", kind)
    return download.value


def trainers(page):
    """How many Workers of runs the page has begun and not ended.

    Playwright's list of Workers is of no use here: while its debugger is attached to them, a Worker that is
    ended may stay for ever (in Chromium 156, 2 of 12 times; with none attached to them, 0 of 25).
    """
    return page.evaluate("window.trainers?.size ?? 0")


def wait_for_no_trainers(page):
    page.wait_for_function("!window.trainers?.size")


@pytest.fixture
def page(explore_tab):
    page, watch = explore_tab
    yield page
    page.evaluate("window.run?.close()")
    wait_for_no_trainers(page)
    assert not watch.troubles


def test_it_learns_is_measured_and_can_be_saved(page, tmp_path):
    begin(page)
    until(page, "s.step > 20 && s.arrays.qualities.values.length >= 4")
    page.evaluate("run.pause()")
    seen = page.evaluate("({ ...run.snapshot, arrays: undefined })")
    step, seconds, frechet, _ = page.evaluate("[...run.snapshot.arrays.qualities.values.slice(-4)]")
    assert seen["status"] == "paused"
    assert 0 < step <= seen["step"]
    assert seen["images"] == 32 * seen["step"]
    assert seen["classes"] == 10
    assert seconds > 0
    assert frechet > seen["real_frechet"] > 0
    assert page.evaluate("told") > 3

    for kind in ("model", "state"):
        saved(page, kind).save_as(tmp_path / f"{kind}.safetensors")
    model = checkpoints.load_model(tmp_path / "model.safetensors")
    recipe, state, _ = saved_state.load_state(tmp_path / "state.safetensors")
    assert model.recipe == recipe
    assert model.metadata["step"] == str(int(state.step)) == str(seen["step"])
    saved(page, "metrics").save_as(tmp_path / "metrics.csv")
    table = list(csv.DictReader(io.StringIO((tmp_path / "metrics.csv").read_text())))
    assert 0 < float(table[0]["discriminator_loss"]) < 100
    saved(page, "film").save_as(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == len(seen["frames"])


def explore(page):
    """Begins a run and opens it in Explore."""
    begin(page)
    until(page, "s.step > 5")
    open_in_explore(page)


def open_in_explore(page):
    page.evaluate("""async () => {
      dispatchEvent(new CustomEvent("forger:explore", { detail: await run.model(null) }));
    }""")


def test_explore_opens_its_networks_and_follows_them(page):
    explore(page)
    page.wait_for_function("document.querySelectorAll('.sliders canvas').length === 16")
    page.wait_for_function("document.querySelector('.explore').getAttribute('aria-busy') === 'false'")
    page.evaluate("run.pause()")
    detail = page.evaluate("run.latestWeights(run.snapshot.weights)")
    assert page.evaluate("url => fetch(url).then((file) => file.ok)", detail["url"])
    assert page.locator(".error").first.text_content() == ""


def test_networks_that_are_opened_a_second_time_are_loaded_again_and_followed_on(page):
    explore(page)
    page.wait_for_selector(".explore.follows[aria-busy=false]")
    picture = "document.querySelector('.picture').toDataURL()"
    title = "document.querySelector('.models input:checked + span').textContent"
    step = page.evaluate("run.snapshot.step")
    until(page, f"s.step > {step + 20}")
    before = page.evaluate(picture)
    open_in_explore(page)  # as from Train, where the same networks may be shown in Explore already
    page.wait_for_function(f"before => {picture} !== before", arg=before)
    until(page, f"s.weights > {step + 20}")
    before = page.evaluate(title)
    page.evaluate("""async () => {
      const detail = await run.latestWeights(run.snapshot.weights);
      dispatchEvent(new CustomEvent("forger:weights", { detail }));
    }""")
    page.wait_for_function(f"before => {title} !== before", arg=before)


def test_a_reload_says_where_its_networks_are(page):
    explore(page)
    page.wait_for_selector(".explore.follows[aria-busy=false]")
    assert page.locator(".explore .note").text_content() == ""
    page.reload()
    note = page.get_by_text("A reload has closed your run’s networks. “Open in Explore” in Train")
    note.wait_for()
    page.wait_for_selector(".explore[aria-busy=false]")
    box = note.bounding_box()
    assert box["y"] + box["height"] <= page.locator(".hand").bounding_box()["y"], (
        "it stands above what it is about"
    )
    assert page.evaluate("scrollY") == 0
    page.reload()
    page.wait_for_selector(".explore[aria-busy=false]")
    assert page.locator(".explore .note").text_content() == "", "another model was shown then"


def test_a_reload_finds_it_and_one_that_was_stopped_is_kept_for_a_while(page):
    ticket = begin(page)
    until(page, "s.step > 5")
    page.evaluate("run.pause()")
    page.evaluate("run.step('D')")
    step, states = page.evaluate("[run.snapshot.step, run.snapshot.states]")
    page.evaluate("run.keep()")
    page.reload()
    assert begin(page, "find", {**ticket, "key": "another12345"}) is None
    assert begin(page, "find", ticket) == ticket
    assert page.evaluate("[run.snapshot.step, run.snapshot.status]") == [step, "paused"]
    assert set(states) <= set(page.evaluate("run.snapshot.states"))
    page.evaluate("run.rewind(0, { change: { generator_lr: 0.01 } })")
    until(page, "s.status === 'running' && s.step > 0")
    assert page.evaluate("run.snapshot.hyper.generator_lr") == 0.01
    page.evaluate("run.stop()")
    assert page.evaluate("run.isOver")
    page.evaluate("run.leave()")
    assert page.evaluate("[run.isGone, run.isOver]") == [True, True]
    assert begin(page, "find", ticket) == ticket
    page.evaluate("run.close()")
    page.evaluate("ticket => host.forget(ticket)", ticket)
    assert begin(page, "find", ticket) is None


def test_what_the_page_cannot_train_is_refused_by_name(page):
    begin(page, "find", None)
    for recipe, reason in (("article", "batch_norm"), ("none", "none")):
        refused = page.evaluate("wish => host.start(wish).then(() => '', (error) => error.message)",
                                {**WISH, "recipe": recipe})  # fmt: skip
        assert reason in refused
    shown, reals = page.evaluate("host.originals().then(({ shown, reals }) => [shown, [...reals]])")
    assert (shown, len(reals)) == (64, 64 * 784)


def test_a_failure_of_the_lab_is_diagnosed_and_repaired(page):
    begin(page, asked={**WISH, "recipe": "frozen", "conditional": False})
    until(page, "s.diagnosis.name === 'frozen_discriminator'")
    page.evaluate("run.rewind(0, { change: { discriminator_lr: 0.002 } })")
    until(page, "s.diagnosis.name === 'healthy'")
    assert page.evaluate("'past/0' in run.snapshot.arrays")


def test_an_autoencoder_trains_too(page):
    begin(page, asked={"recipe": "autoencoder", "seed": 3, "conditional": False})
    until(page, "s.diagnosis.name === 'healthy' && s.arrays.copies.values.length === 8 * 784")
    assert "Nobody to fool" in page.evaluate("run.snapshot.diagnosis.text")


def test_a_run_that_is_over_gives_its_workers_back_and_keeps_its_files(page, tmp_path):
    begin(page)
    until(page, "s.step > 5")
    assert trainers(page)
    page.evaluate("run.stop()")
    until(page, "s.status === 'stopped'")
    wait_for_no_trainers(page)
    step, frames = page.evaluate("[run.snapshot.step, run.snapshot.frames]")
    pictures = page.evaluate("([first]) => run.pictures(first).then(({ length }) => length)", frames)
    assert pictures == 64 * 784
    saved(page, "model").save_as(tmp_path / "model.safetensors")
    assert checkpoints.load_model(tmp_path / "model.safetensors").metadata["step"] == str(step)
    url = page.evaluate("run.model(run.snapshot.step).then(({ url }) => url)")
    assert page.evaluate("url => fetch(url).then((file) => file.ok)", url)
