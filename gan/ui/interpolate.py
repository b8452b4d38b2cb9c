"""The Interpolate tab: from one seed to another, as a playing animation, a filmstrip and a GIF."""

import gradio as gr
import numpy as np
from PIL import Image

from gan import latents, rendering
from gan.errors import InputError
from gan.explorer import Explorer
from gan.ui import files

PATHS = [("Around the sphere (slerp)", "slerp"), ("Straight through (lerp)", "lerp")]
PRESS = "() => document.querySelector('#gif-file').click()"


def build(explorers: dict[str, Explorer], demo: gr.Blocks) -> None:
    """The contents of the tab."""
    titles = list(explorers)
    # An unconditional model first: it turns one digit into another.
    first = min(titles, key=lambda title: explorers[title].classes)
    digits = max(explorer.classes for explorer in explorers.values())
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=280):
            reel = gr.HTML(label="Morph")
        with gr.Column(scale=3, min_width=300):
            model = gr.Radio(titles, value=first, label="Model", visible=len(titles) > 1)
            with gr.Row():
                seed_a = gr.Number(4, label="From seed", precision=0, minimum=0, maximum=latents.MAX_SEED)
                seed_b = gr.Number(12, label="To seed", precision=0, minimum=0, maximum=latents.MAX_SEED)
            digit = gr.Radio(
                list(range(digits)),
                value=3 if digits > 3 else None,
                label="Digit",
                visible=explorers[first].classes > 0,
            )
            path = gr.Radio(PATHS, value="slerp", label="Path")
            frames = gr.Slider(8, 64, 32, step=8, label="Frames")
            with gr.Row():
                surprise = gr.Button("Two other seeds", variant="primary")
                download = gr.Button("Download GIF")
                # A download button serves the file that it had before the click: so the visible
                # button makes the file, and then presses the hidden one.
                file = gr.DownloadButton(elem_id="gif-file", visible="hidden")
    film = gr.HTML(label="Filmstrip")

    def show(title: str, a: float, b: float, digit: int, path: str, frames: float):
        pictures = _answer(explorers[title], a, b, digit, frames, path)
        return _reel(pictures), _film(pictures)

    def save(title: str, a: float, b: float, digit: int, path: str, frames: float) -> str:
        pictures = _answer(explorers[title], a, b, digit, frames, path)
        there_and_back = np.concatenate([pictures, pictures[-2:0:-1]])
        return files.keep(rendering.gif(there_and_back), f"forger-{int(a)}-to-{int(b)}.gif")

    def other_seeds():
        return [int(seed) for seed in np.random.default_rng().integers(0, 1_000_000, 2)]

    def choose(title: str):
        return gr.Radio(visible=explorers[title].classes > 0)

    inputs = [model, seed_a, seed_b, digit, path, frames]
    live = {"trigger_mode": "always_last", "show_progress": "hidden", "api_visibility": "private"}
    demo.load(show, inputs, [reel, film], **live)
    for control in (seed_a, seed_b, digit, path, frames):
        control.change(show, inputs, [reel, film], **live)
    model.change(choose, model, digit, **live).then(show, inputs, [reel, film], **live)
    surprise.click(other_seeds, None, [seed_a, seed_b], **live)
    download.click(save, inputs, file, **live).then(None, js=PRESS)


def _answer(explorer: Explorer, a: float, b: float, digit: int, frames: float, path: str) -> np.ndarray:
    if a is None or b is None:
        raise gr.Error("Give two seeds, whole numbers from 0.", print_exception=False)
    try:
        return explorer.between(int(a), int(b), int(frames), path, int(digit or 0))
    except InputError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _reel(pictures: np.ndarray) -> str:
    """All frames under each other in one picture, which the style sheet moves: no script, no timer."""
    frames = [rendering.picture(digit, 224) for digit in pictures]
    strip = Image.new(frames[0].mode, (224, 224 * len(frames)))
    for i, frame in enumerate(frames):
        strip.paste(frame, (0, 224 * i))
    motion = f"animation:reel {len(frames) / 16:.2f}s steps({len(frames)}, jump-none) infinite alternate"
    reel = f'style="background-image:url({rendering.data_url(strip)});{motion}"'
    label = 'role="img" aria-label="One digit turning into another"'
    return f'<div class="morph plate"><div class="reel" {label} {reel}></div></div>'


def _film(pictures: np.ndarray) -> str:
    frames = [rendering.data_url(rendering.picture(digit, 56)) for digit in pictures]
    cells = "".join(
        f'<img alt="Frame {i + 1} of {len(frames)}" src="{frame}">' for i, frame in enumerate(frames)
    )
    return f'<div class="film">{cells}</div>'
