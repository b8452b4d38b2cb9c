"""The Learn tab: the game, its losses, its troubles, and what each knob does."""

import gradio as gr

from gan import site

START = 'import(new URL("web/tabs.js", document.baseURI)).then(({ mountLearn }) => mountLearn(element));'


def build() -> None:
    gr.HTML(value="", html_template=site.read("learn.html"), js_on_load=START, apply_default_css=False)
