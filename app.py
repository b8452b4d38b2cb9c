"""Opens Forger in the browser: `python app.py --help`."""

import argparse
import logging
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Before NumPy is loaded: its idle threads would spin, and take a fifth of the processor from a run.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from gan import temporary
from gan.cli import console, listening, signals
from gan.cli.console import CommandLine
from gan.data import datasets
from gan.errors import InputError, require
from gan.exploring import gallery
from gan.exploring.explorer import Explorer
from gan.live.limits import Limits
from gan.live.manager import RunManager
from gan.live.run_store import RunStore
from gan.recipes import get_recipe
from gan.training import devices
from gan.web import static_site

CHECKPOINTS = Path(__file__).parent / "checkpoints"
SWITCH_SECONDS = 0.001  # that a computing thread may keep answers waiting; Python's own is 5 times as long


def build_parser() -> CommandLine:
    parser = CommandLine(prog="app.py", description="Explore a GAN's pictures, and train one, in a browser.")
    parser.add_argument("--checkpoint", type=Path, help="a model of your own, as runs/NAME/model.safetensors")
    parser.add_argument(
        "--dataset",
        action="append",
        default=[],
        metavar="NAME_OR_PATH",
        help="what runs on the server may learn from, besides mnist; may be given several times",
    )
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="write a page without a server")
    parser.add_argument("--host", default=None, help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=None, help="port to listen on (default: 7860)")
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help="every request comes through a proxy: believe its X-Forwarded-For (a Space needs no such word)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FOLDER",
        help="keep the server's runs there, every minute and at the end; a restart goes on with them",
    )
    return parser


def load(yours: Path | None) -> dict[str, Explorer]:
    """The models in checkpoints/, by title, after your own if you have given one."""
    explorers = gallery.shipped(CHECKPOINTS)
    if yours:
        try:
            yours = yours.resolve()
        except (OSError, RuntimeError, ValueError) as error:  # links in a circle
            raise InputError(f"--checkpoint {yours}: {error}") from error
        explorers = {f"Yours: {yours.parent.name}/{yours.name}": Explorer(yours)} | explorers
    require(bool(explorers), f"{CHECKPOINTS.name}/ holds no model; give one with --checkpoint")
    return explorers


def serve(
    explorers: dict[str, Explorer], others: list[datasets.Dataset], arguments: argparse.Namespace
) -> None:
    """Serves the app until it is interrupted, and ends the process then.

    Args:
      others: data sets that runs may learn from, besides MNIST.
    """
    signals.on_sigterm(temporary.remove_folder)
    sys.setswitchinterval(SWITCH_SECONDS)
    logging.basicConfig(format="%(asctime)s %(message)s")
    logging.getLogger("forger").setLevel(logging.INFO)
    for each in others:
        print(f"{datasets.public_name(each.name)}: {each.summary}")
    try:
        answer_and_train(explorers, others, arguments)
    except KeyboardInterrupt:
        signals.leave(temporary.remove_folder)


def answer_and_train(
    explorers: dict[str, Explorer], others: list[datasets.Dataset], arguments: argparse.Namespace
) -> None:
    """Serves the app, until KeyboardInterrupt is raised: then the runs have been kept."""
    from gan import ui  # takes seconds: by now a signal finds somebody who listens
    from gan.ui import visitors

    store = RunStore(arguments.state) if arguments.state else None
    if store:
        visitors.sign_with(store.cookie_key)
    manager = RunManager(datasets.load_dataset(), Limits.from_environment(), others, store)
    warming = ThreadPoolExecutor(1, "warm-up")  # this thread must be free to hear a signal
    try:
        demo = ui.build(explorers, manager.datasets)
        address = ui.launch(demo, explorers, manager, arguments.host, arguments.port, arguments.behind_proxy)
        print(f"Forger is open at {address}", flush=True)
        print(f"Runs train on {devices.describe()}. {devices.unused_card()}".rstrip(), flush=True)
        for explorer in explorers.values():
            warming.submit(explorer.warm_up)
        manager.warm_up(get_recipe("fast").replace(classes=manager.dataset.classes))  # what Start begins
        while True:
            time.sleep(60)  # Gradio's own way to wait closes the server first, which takes up to 5 s
    except KeyboardInterrupt:
        signals.ignore_second_ctrl_c()
        manager.halt()  # keeps the runs
        raise
    except Exception:
        manager.close()
        raise


def main() -> int:
    devices.take_memory_as_needed()

    def work(arguments: argparse.Namespace) -> None:
        if not arguments.export:
            arguments.host, arguments.port = listening.choose(arguments.host, arguments.port)
        explorers = load(arguments.checkpoint)
        if arguments.export:
            static_site.export(explorers, arguments.export)
            print(f"any web server shows it: python -m http.server --directory {arguments.export}")
        else:
            with console.ReadingBar() as bar:
                others = [
                    datasets.load_dataset(name, size=None, progress=bar.show) for name in arguments.dataset
                ]
            serve(explorers, others, arguments)

    return console.run(build_parser(), work, None)


if __name__ == "__main__":
    sys.exit(main())
