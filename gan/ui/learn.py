"""The Learn tab: the game, its losses, its troubles, and what each knob does."""

import gradio as gr

from gan.web import static_site

START = (
    'import(new URL("web/shared/tabs.js", document.baseURI)).then(({ mountLearn }) => mountLearn(element));'
)


def build() -> None:
    gr.HTML(
        value="",
        html_template=static_site.read("learn/learn.html"),
        js_on_load=START,
        apply_default_css=False,
    )
