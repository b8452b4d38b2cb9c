"""The Train tab: a page of its own; what it asks for are the routes of `gan.ui.live`."""

import gradio as gr

from gan import site
from gan.ui import live

START = """
import(new URL("web/train.js", document.baseURI))
  .then(({ mount }) => mount(element, props))
  .catch((error) => (element.querySelector(".error").textContent = `The page cannot start: ${error}`));
"""


def build() -> None:
    """The contents of the tab. The run's id lives in the browser, so that a reload finds it again."""
    gr.HTML(
        value="",
        html_template=site.read("train.html"),
        js_on_load=START,
        apply_default_css=False,
        **live.describe(),
    )
