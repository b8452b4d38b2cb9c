"""The Train tab: a run of one's own on real MNIST, watched as it learns."""

import html

import gradio as gr
import numpy as np

from gan import latents, rendering
from gan.errors import InputError
from gan.live import Snapshot, Studio
from gan.recipes import get_recipe
from gan.ui.charts import chart

REFRESH_SECONDS = 0.25
RECIPE_CHOICES = [
    ("Fast: small networks, many small steps", "fast"),
    ("Article: the networks it all began with", "article"),
]
WORDS = {
    "compiling": "Getting ready …",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "failed": "It broke",
}


def build(studio: Studio, demo: gr.Blocks, tab: gr.Tab, others: list[gr.Tab]) -> None:
    """The contents of `tab`. The run's id lives in the browser, so that a reload finds it again."""
    originals = _wall(studio.dataset.images[:64], "64 real digits: what the generator has to forge")
    run = gr.BrowserState("", storage_key="forger-run")
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=300):
            wall = gr.HTML(originals, label="Samples")
        with gr.Column(scale=5, min_width=320):
            with gr.Row():
                start = gr.Button("Start", variant="primary", min_width=60)
                pause = gr.Button("Pause", min_width=60)
                step = gr.Button("Step", min_width=60)
                stop = gr.Button("Stop", min_width=60)
            status = gr.HTML(_status(None))
            charts = gr.HTML(_charts(None))
            with gr.Accordion("Settings of the next run", open=False):
                recipe = gr.Radio(RECIPE_CHOICES, value="fast", label="Recipe")
                seed = gr.Number(0, label="Seed", precision=0, minimum=0, maximum=latents.MAX_SEED)
    timer = gr.Timer(REFRESH_SECONDS, active=False)

    def show(name: str):
        snapshot = studio.look(name) if name else None
        forged = "64 forged digits: each keeps its place in latent space while the networks learn"
        wall = originals if snapshot is None else _wall(snapshot.samples, forged)
        return wall, _status(snapshot), _charts(snapshot)

    def go(name: str, recipe: str, seed: float | None, wish: str):
        snapshot = studio.look(name) if name else None
        if snapshot is None or snapshot.status in ("stopped", "failed"):
            try:
                name = studio.start(get_recipe(recipe), int(seed or 0), wish)
            except InputError as error:
                raise gr.Error(str(error), print_exception=False) from error
        else:
            studio.wish(name, wish)
        return name, *show(name)

    def ask(name: str, wish: str):
        if name:
            studio.wish(name, wish)
        return show(name)

    def refresh(name: str, shown: str):
        """What is on the screen already is not sent again."""
        snapshot = studio.look(name) if name else None
        now = f"{name} {snapshot.status} {snapshot.step} {snapshot.drawings}" if snapshot else ""
        return (gr.skip(), gr.skip(), gr.skip(), now) if now == shown else (*show(name), now)

    views = [wall, status, charts]
    shown = gr.State("nothing yet")
    quiet = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
    start.click(lambda *inputs: go(*inputs, "run"), [run, recipe, seed], [run, *views], **quiet)
    step.click(lambda *inputs: go(*inputs, "step"), [run, recipe, seed], [run, *views], **quiet)
    pause.click(lambda name: ask(name, "pause"), run, views, **quiet)
    stop.click(lambda name: ask(name, "stop"), run, views, **quiet)
    timer.tick(refresh, [run, shown], [*views, shown], trigger_mode="always_last", **quiet)
    demo.load(show, run, views, **quiet)
    # A timer ticks on in a tab that was left, and its pictures would get in the way of a drag.
    tab.select(lambda: gr.Timer(active=True), None, timer, **quiet)
    for other in others:
        other.select(lambda: gr.Timer(active=False), None, timer, **quiet)


def _wall(digits: np.ndarray, words: str) -> str:
    image = f'<img alt="{words}" src="{rendering.data_url(rendering.grid(digits))}" decoding="sync">'
    return f'<div class="wall plate">{image}</div><p class="hint">{words}</p>'


def _status(snapshot: Snapshot | None) -> str:
    if snapshot is None:
        return _line("Press Start", ["noise turns into digits in about 15 seconds"])
    if snapshot.status == "failed":
        return _line(WORDS["failed"], [html.escape(snapshot.message)])
    facts = [
        f"step <b>{snapshot.step:,}</b>",
        f"<b>{snapshot.images:,}</b> digits seen",
        f"<b>{snapshot.seconds:.1f}</b> s",
        f"<b>{snapshot.images_per_second:,.0f}</b> digits/s",
    ]
    if snapshot.message:
        facts.append(html.escape(snapshot.message))
    return _line(WORDS[snapshot.status], facts)


def _line(word: str, facts: list[str]) -> str:
    return f'<div class="status"><b>{word}</b> {" ".join(f"<span>{fact}</span>" for fact in facts)}</div>'


def _charts(snapshot: Snapshot | None) -> str:
    empty = np.zeros(0)
    curve = snapshot.curve if snapshot else None
    step, d_loss, g_loss, real, fake = curve if curve is not None else (empty,) * 5
    return chart("Losses", step, d_loss, g_loss, ("discriminator", "generator"), None) + chart(
        "Does D believe it?", step, real, fake, ("in real digits", "in fakes"), (0, 1)
    )
