"""Where the browser cannot run the networks, the server draws: the page shows the same."""

import json
import re

import numpy as np
import pytest

from tests.browser.explore_page import DIGITS, SLANT, START, follow_link, same, settle, shown, slide
from tests.browser.watching import Watch

# Both engines in one page whose own is the server's: {local, remote}, each with what `asked` gives.
BOTH = """async ([url, body, asked]) => {
  const { startEngine } = await import("/web/engine/engine.js");
  const call = (name) => async (data) => {
    const content = JSON.stringify({ ...body, fn_name: name, data });
    const headers = { "Content-Type": "application/json" };
    return (await fetch(url, { method: "POST", headers, body: content })).json();
  };
  const server = Object.fromEntries(["load", "draw", "sheet"].map((name) => [name, call(name)]));
  delete window.Worker;
  const remote = (await startEngine(server)).engine;
  window.Worker = window.KeptWorker;
  const local = (await startEngine(server)).engine;
  await local.useClassifier("models/classifier.safetensors");
  const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value) : value;
  const run = async (engine) => {
    const loaded = await engine.load(asked.model, `models/${asked.model}.safetensors`);
    const { config, metadata, latent_map } = loaded;
    const z = Float32Array.from({ length: 3 * config.z_dim }, (_, i) => Math.sin(i + 1));
    const one = z.slice(0, config.z_dim);
    const answers = {
      load: { config: Object.keys(config).sort(), metadata: [metadata.dataset, metadata.step],
              names: latent_map.names },
      latent_map: Object.fromEntries(
        Object.entries(latent_map).map(([key, { values }]) => [key, plain(values)])),
      draw: await engine.draw({ model: asked.model, z: one, digit: 5, saliency: true }),
      glance: await engine.draw({ model: asked.model, z: one, digit: 5, saliency: false }),
      scored: await engine.sheet({ model: asked.model, z, digits: [1, 2, 3], with_scores: true }),
      sheet: await engine.sheet({ model: asked.model, z, digits: [1, 2, 3] }),
    };
    delete answers.latent_map.names;
    for (const answer of Object.values(answers)) for (const key in answer) answer[key] = plain(answer[key]);
    return answers;
  };
  const tasks = [...Object.keys(local), "load", "sheet"].filter((name) => typeof local[name] === "function");
  const missing = tasks.filter((name) => name !== "start" && typeof remote[name] !== "function");
  return { local: await run(local), remote: await run(remote), missing };
}"""
NO_WORKER = "window.KeptWorker = window.Worker; delete window.Worker;"


def without_wasm(page):
    """The engine room of this page has no WebAssembly."""

    def answer(route):
        response = route.fetch()
        route.fulfill(response=response, body="delete self.WebAssembly;\n" + response.text())

    page.route("**/web/engine/worker.js", answer)


@pytest.fixture(scope="module")
def without_worker(visitors, address):
    """A tab that cannot run the networks, and the watch over it."""
    watch = Watch(visitors)
    page = watch.open(address, 1280, 800, context={})
    page.add_init_script(NO_WORKER)
    page.goto(address)
    settle(page)
    assert "server draws" in page.locator(".note").text_content()
    yield page, watch
    watch.close()


@pytest.fixture
def page(without_worker):
    page, watch = without_worker
    follow_link(page, START)
    yield page
    assert not watch.troubles


def test_a_browser_without_webassembly_draws_by_itself(open_page, explorers):
    page = open_page(prepare=without_wasm)
    assert "server draws" not in (page.locator(".note").text_content() or "")
    slide(page, "Slant", 2)
    explorer = explorers[DIGITS]
    assert same(shown(page), explorer.generate(explorer.latent(7, shifts={SLANT: 2}), 3)[0])
    page.locator(".views").get_by_text("Morph").click()
    settle(page)
    assert page.locator(".explore .error").text_content() == ""


def words(page):
    settle(page)
    return page.locator(".words").text_content()


def test_the_words_the_sliders_and_the_digits(page, explorers):
    assert re.fullmatch(
        r"The discriminator takes it for (a forgery|real): \d+ of 100 real 3s look (more|less) real to it\.",
        words(page),
    )
    slide(page, "Slant", 2)
    explorer = explorers[DIGITS]
    z = explorer.latent(7, shifts={SLANT: 2})
    assert same(shown(page), explorer.generate(z, 3)[0])
    page.locator(".hand label").nth(8).click()
    assert re.search(r"of 100 real 8s look", words(page))
    assert same(shown(page), explorer.generate(z, 8)[0])
    assert "A forged 8" in page.locator(".picture").get_attribute("aria-label")
    assert "undefined" not in page.locator(".explore").inner_text()


def test_where_the_discriminator_looks_and_the_plane_in_their_colours(page):
    page.get_by_text("Show where the discriminator looks").click()
    page.locator(".saliency").wait_for()
    settle(page)
    page.locator(".views").get_by_text("Map").click()
    page.get_by_text("Two sliders").click()
    page.get_by_text("D's score").click()
    settle(page)
    colours = """() => {
      const canvas = document.querySelector(".chart-of-z");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const redder = (i) => data[i] - data[i + 2] > 60;
      const bluer = (i) => data[i + 2] > data[i] + 5 && data[i + 3] > 150;
      const places = [...Array(data.length / 4).keys()].map((i) => 4 * i);
      return [places.filter(redder).length, places.filter(bluer).length];
    }"""
    page.wait_for_function(f"Math.min(...({colours})()) > 50")  # of high scores, and of low ones
    assert page.locator(".explore .error").text_content() == ""


def test_what_the_server_cannot_do_is_said(page):
    page.locator(".views").get_by_text("Morph").click()
    error = page.locator(".explore .error")
    page.wait_for_function("document.querySelector('.explore .error').textContent")
    assert "A morph needs the networks in the page" in error.text_content()
    moment = {"id": "run-aaaaaaaaaaaa", "name": "As it trains", "url": "/none", "classes": 10, "isLive": True}
    page.evaluate(
        "detail => window.dispatchEvent(new CustomEvent('forger:explore', { detail }))",
        moment,
    )
    page.wait_for_function("document.querySelector('.note').textContent.includes('cannot run them')")
    assert "of 100 real" in words(page)


@pytest.mark.parametrize("model", ["mnist-digits", "mnist"])
def test_both_engines_answer_with_the_same_fields_and_values(page, model):
    with page.expect_request(re.compile("component_server")) as sent:
        slide(page, "Slant", 1)
    body = json.loads(sent.value.post_data)
    both = page.evaluate(BOTH, [sent.value.url, body, {"model": model}])
    local, remote = both["local"], both["remote"]
    assert local["load"] == remote["load"]
    assert both["missing"] == []
    real_logits = np.ptp(local["latent_map"]["logits"])  # D's scale: the logit of one picture may be near 0
    for task in ("latent_map", "draw", "glance", "scored", "sheet"):
        assert set(local[task]) == set(remote[task]), task
        for name, value in local[task].items():
            other = remote[task][name]
            if value is None or other is None:
                assert value == other, (task, name)
                continue
            if name == "saliency":  # the pictures differ by one level: a leaky unit may be on its other side
                assert np.corrcoef(value, other)[0, 1] > 0.99
                continue
            scale = real_logits if name.startswith("logit") else np.abs(value).max() or 1
            message = f"{task}: {name}"
            np.testing.assert_allclose(
                np.array(other) / scale, np.array(value) / scale, atol=0.01, err_msg=message
            )
