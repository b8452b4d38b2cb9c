"""The page as files: what the app serves of it, and what `python app.py --export` writes.

An exported folder is the same page with no Python behind it: it trains in the visitor's browser, and has a
recorded run to watch first. It is for a static Space, or any web server.
"""

import functools
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from gan.errors import InputError, require
from gan.evaluation import classifier
from gan.exploring.explorer import Explorer
from gan.live import description, recorder
from gan.web import data_files, installable, preloads, real_digits, reels

WEB = Path(__file__).parent
STYLES = (
    "shell/colours.css",
    "shell/base.css",
    "shell/controls.css",
    "explore/stage.css",
    "explore/explore.css",
    "explore/gallery.css",
    "explore/collection.css",
    "explore/panels.css",
    "draw/draw.css",
    "vendor/uplot/uPlot.min.css",
    "train/train.css",
    "train/place.css",
    "train/pictures/pictures.css",
    "train/duel.css",
    "train/charts.css",
    "train/failures.css",
    "learn/learn.css",
    "learn/forgery/result.css",
    "learn/forgery/forgery.css",
    "learn/game/game.css",
    "learn/inside/inside.css",
    "learn/figures/figures.css",
    "learn/measures/measures.css",
    "learn/pictures/pictures.css",
    "shell/forced.css",
)
STYLE = "page.css"  # all styles of an exported page in one file: until they are all there, nothing is painted
CLASSIFIER = "models/classifier.safetensors"
REAL_FEATURES = "models/real-features.safetensors"
DATA = "data"  # the folder of the data sets' folders
VERSIONS = "v"  # the folder of scripts and styles by their version, which browsers may keep for good
RUN = "run/run.safetensors"
ICON_SEED, ICON_DIGIT = 3, 3  # of the first model, for the page's icons
Content = Path | Callable[[], bytes]


class TrainTab(NamedTuple):
    """The title of the Train tab, and the file of WEB that is on it."""

    title: str
    panel: str


LIVE = TrainTab("Train", "train/live.html")
IN_PAGE = TrainTab("Train", "train/practice.html")


def read(name: str) -> str:
    """The text of a file of WEB; in a page, with the parts whose names are marked in it."""
    text = (WEB / name).read_text(encoding="utf-8")
    return re.sub(r"<!-- ([\w/]+\.html) -->\n", lambda mark: read(mark[1]), text)


def body(train: TrainTab) -> str:
    """What is in the page's <body>: the masthead, the tabs, and what is on each."""
    text = read("shell/page.html").replace("<!-- train: title -->", train.title)
    return text.replace("<!-- train: panel -->\n", read(train.panel))


def identifiers(explorers: dict[str, Explorer]) -> list[str]:
    """A short name of each model, for links: its file's, with a number where two are the same."""
    names = []
    for explorer in explorers.values():
        stem = explorer.path.stem
        names.append(stem if stem not in names else f"{stem}-{len(names) + 1}")
    return names


def describe(explorers: dict[str, Explorer]) -> list[dict[str, Any]]:
    """What the page must know of each model before it loads it; `explorers`: by title."""
    return [
        {
            "id": name,
            "name": title,
            "url": f"models/{name}.safetensors?v={_version_of_model(explorer.path)}",
            "path": _shown(explorer.path),
            "classes": explorer.classes,
            "class_names": explorer.class_names,
            "world": explorer.subject.title,
            "reel": reels.address(name),
            "kind": "drawings" if explorer.makes_drawings else "pictures",
        }
        for (title, explorer), name in zip(explorers.items(), identifiers(explorers), strict=True)
    ]


def _version_of_model(path: Path) -> str:
    """That of a model's file for the page, which depends on the checkpoint and on the scripts."""
    return installable.version([(version(), path.read_bytes())])


def _shown(path: Path) -> str:
    """As a visitor may see it: nothing of this machine outside the folder that the app was started in."""
    path, here = path.resolve(), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name


def _scripts() -> dict[str, Path]:
    """The page's scripts by address, with what they fetch beside them."""
    return {
        f"web/{path.relative_to(WEB).as_posix()}": path
        for path in WEB.rglob("*")
        if path.suffix in (".js", ".wasm") or path.name == "LICENSE"  # which others' code must come with
        if path.name != installable.WORKER  # which belongs to an exported page only, and lies above it
    }


def styles() -> str:
    """All styles of the page, as one."""
    return "".join(map(read, STYLES))


def _code() -> dict[str, Content]:
    """The page's scripts and styles by address."""
    return {**_scripts(), f"web/{STYLE}": lambda: styles().encode()}


@functools.cache
def version() -> str:
    """That of the scripts and styles: a hash of them all."""
    return installable.version((address, _bytes(content)) for address, content in _code().items())


def versioned(name: str) -> str:
    """The address of a script or a style, which names the version of all of them.

    So modules of two versions are never mixed: a module asks for others in its own folder.
    """
    return f"{VERSIONS}/{version()}/web/{name}"


def addresses(models: list[dict[str, Any]]) -> str:
    """Which model is where, as an attribute of the script that asks for the first one (shell/preload.js)."""
    return html.escape(json.dumps([{"id": each["id"], "url": each["url"]} for each in models]))


def files(explorers: dict[str, Explorer]) -> dict[str, Content]:
    """What the page fetches of the app, by its address; `explorers`: the models of the gallery, by title."""
    return {**_scripts(), **_numbers(explorers, {})}


def _numbers(explorers: dict[str, Explorer], moments: dict[str, Explorer]) -> dict[str, Content]:
    """What the page's program works with, by its address: models in the form that they run, and data.

    Args:
      explorers: the models of the gallery, each with a moving picture.
      moments: other models, of a run that was recorded.
    """
    all_models = {**explorers, **moments}
    models = {
        f"models/{name}.safetensors": lambda explorer=explorer: explorer.page_file
        for name, explorer in zip(identifiers(all_models), all_models.values(), strict=True)
    }
    moving = {
        reels.address(name): lambda explorer=explorer: reels.make(explorer)
        for name, explorer in zip(identifiers(explorers), explorers.values(), strict=True)
    }
    data = {**data_files.files("mnist", f"{DATA}/mnist"), real_digits.ADDRESS: real_digits.pack}
    measures = {CLASSIFIER: classifier.PATH, REAL_FEATURES: description.real_features}
    return {**models, **moving, **data, **measures, RUN: recorder.PATH / recorder.RUN}


def export(explorers: dict[str, Explorer], folder: Path) -> None:
    """Writes the page, with the run that was recorded, into a new or empty folder.

    Raises InputError if the folder holds something already, or cannot be written to.
    """
    try:
        is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    except (OSError, ValueError) as error:  # a name that is too long
        raise InputError(f"--export {folder}: {error}") from error
    require(is_new, f"--export {folder}: there is something already; choose a new folder")
    moments = {f"Step {step:,}": Explorer(path) for step, path in recorder.moments().items()}
    contents = _site_files(explorers, moments)
    try:
        written = [(address, _write(folder / address, content)) for address, content in contents.items()]
        version = installable.version(written)
        worker = installable.service_worker(version, _kept_at_once(explorers, contents))
        _write(folder / installable.WORKER, lambda: worker)
    except OSError as error:
        raise InputError(f"--export {folder}: {error.strerror}") from error


def _bytes(content: Content) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content()


def _write(path: Path, content: Content) -> bytes:
    """Writes one file of the page, and returns what is in it."""
    written = _bytes(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)
    return written


def _site_files(explorers: dict[str, Explorer], moments: dict[str, Explorer]) -> dict[str, Content]:
    """All files of an exported page, by address, but the service worker, which must know the others."""
    page = _index(_describe_site(explorers, moments))
    (explorer, *_) = explorers.values()
    (digit,) = explorer.generate(explorer.latent(ICON_SEED), ICON_DIGIT % max(explorer.classes, 1))
    return {
        **{f"{VERSIONS}/{version()}/{address}": content for address, content in _code().items()},
        **_numbers(explorers, moments),
        **{address: lambda made=made: made for address, made in installable.files(digit).items()},
        "index.html": page.encode,
    }


def _kept_at_once(explorers: dict[str, Explorer], contents: dict[str, Content]) -> list[str]:
    """What the service worker fetches at the first visit: the page, its first model, and what Train needs.

    Other models and the rest of the data are kept when a visitor has used them.
    """
    kinds = (".js", ".css", ".wasm", ".png", ".webmanifest")
    code = sorted(address for address in contents if address.endswith(kinds))
    model = describe(explorers)[0]["url"]
    data = [real_digits.ADDRESS, *data_files.first_addresses("mnist", f"{DATA}/mnist")]
    return ["", *code, model, CLASSIFIER, REAL_FEATURES, *data]


def _index(described: dict[str, Any]) -> str:
    """The whole document of an exported page; `described`: what its script must know."""
    link = f'    <link rel="stylesheet" href="{versioned(STYLE)}">\n'
    options = json.dumps(described).replace("<", "\\u003c")  # nothing in it can end the script
    text = read("shell/index.html").replace(' src="web/', f' src="{versioned("")}')
    # What the page waits for before it is painted stands before the hundred scripts that it can do without.
    text = text.replace("<!-- style -->\n", link)
    text = text.replace("<!-- preloads -->\n", preloads.links(versioned("shell/start.js")))
    text = text.replace("<!-- page -->\n", body(IN_PAGE)).replace(
        "/* models */", addresses(described["models"])
    )
    return text.replace("/* described */", options)


def _describe_site(explorers: dict[str, Explorer], moments: dict[str, Explorer]) -> dict[str, Any]:
    """What shell.js must know."""
    described = describe({**explorers, **moments})
    steps = [int(explorer.sampler.metadata["step"]) for explorer in moments.values()]
    kept = zip(steps, described[len(explorers) :], strict=True)  # the page has no moving pictures of these
    return {
        "models": described[: len(explorers)],
        "recording": {"url": RUN, "moments": [{"step": step, **each, "reel": ""} for step, each in kept]},
        "classifier": CLASSIFIER,
        "data": DATA,
        "training": description.describe(),
        "features": REAL_FEATURES,
    }
