"""Gradio's theme. Its colours are those of the page (gan/web/shell/colours.css); no font is fetched."""

import inspect
import re

import gradio as gr

from gan.web import static_site


def theme() -> gr.themes.Base:
    """The theme of what Gradio itself shows: the ground, the footer, the description of the API."""
    base = gr.themes.Base(
        primary_hue="red",
        secondary_hue="stone",
        neutral_hue="stone",
        radius_size=gr.themes.sizes.radius_lg,
        font=["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    )
    known = inspect.signature(base.set).parameters
    return base.set(**{name: value for name, value in colours().items() if name in known})


def colours() -> dict[str, str]:
    """The custom properties of colours.css as Gradio names them; the dark ones end in `_dark`."""
    text = static_site.read("shell/colours.css")
    found = {}
    for block, suffix in ((":root", ""), (".dark", "_dark")):
        (rules,) = re.findall(rf"^{re.escape(block)} {{(.*?)^}}", text, re.DOTALL | re.MULTILINE)
        for name, value in re.findall(r"--([\w-]+): ([^;]+);", rules):
            found[name.replace("-", "_") + suffix] = value
    return found
