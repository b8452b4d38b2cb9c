"""The page as Python makes it: its parts are all there, and Gradio shows it in its own colours."""

import re

import pytest

from gan.ui import theme
from gan.web import static_site

PAGES = [static_site.body(static_site.LIVE), static_site.body(static_site.IN_PAGE)]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_in_the_page_is_a_template(page):
    """gr.HTML evaluates its HTML as a Handlebars template, and then as a template string of JavaScript."""
    for mark in ("${", "{{", "`", "\\", "@children"):
        assert mark not in page, mark


@pytest.mark.parametrize("page", PAGES)
def test_every_part_has_found_its_place(page):
    assert not re.findall(r"<!-- (?!formula|/formula).*?-->", page)
    for tab in ("explore", "train", "learn"):
        assert page.count(f'data-tab="{tab}" aria-controls="panel-{tab}"') == 1
        assert page.count(f'id="panel-{tab}"') == 1
    for part in ('class="explore board"', 'class="train board"', 'class="learn"'):
        assert page.count(part) == 1, part


def test_every_style_is_used():
    found = {path.relative_to(static_site.WEB).as_posix() for path in static_site.WEB.rglob("*.css")}
    assert {*static_site.STYLES, "shell/gradio.css"} == found


def test_gradio_has_the_colours_of_the_page():
    css = theme.theme()._get_theme_css()
    light, dark = re.findall(r"^:root[^{]*{(.*?)^}", css, re.DOTALL | re.MULTILINE)
    colours = theme.colours()
    shared = [name for name in colours if f"--{name.replace('_', '-')}:" in css]
    assert len(shared) >= 8
    for name in shared:
        rule = f"--{name.replace('_', '-')}: "
        assert f"{rule}{colours[name]};" in light, name
        assert f"{rule}{colours[name + '_dark']};" in dark, name
