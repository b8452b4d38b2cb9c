"""The Train tab: a page in JavaScript, which asks the routes of `gan.ui.live_routes`."""

import gradio as gr

from gan.ui import live_routes
from gan.web import static_site

START = """
import(new URL("web/train/train.js", document.baseURI))
  .then(({ mount }) => mount(element, props))
  .catch((error) => (element.querySelector(".error").textContent = `The page cannot start: ${error}`));
"""


def build() -> None:
    """Builds the contents of the tab. The browser remembers the run, so that a reload finds it again."""
    gr.HTML(
        value="",
        html_template=static_site.read("train/train.html"),
        js_on_load=START,
        apply_default_css=False,
        **live_routes.describe(),
    )
