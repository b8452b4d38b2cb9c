"""Opens Forger in the browser: `python app.py --help`."""

import argparse
import sys
from pathlib import Path

from gan import cache, data
from gan.console import CommandLine
from gan.errors import InputError
from gan.explorer import Explorer
from gan.live import Studio
from gan.recipes import get_recipe

CHECKPOINTS = Path(__file__).parent / "checkpoints"
SHIPPED = {"Pick the digit": "mnist-digits.safetensors", "Any digit": "mnist.safetensors"}


def parse() -> argparse.Namespace:
    parser = CommandLine(prog="app.py", description="Explore a GAN's digits, and train one, in the browser.")
    parser.add_argument("--checkpoint", type=Path, help="a model of your own, as runs/NAME/model.safetensors")
    parser.add_argument("--host", default=None, help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=None, help="port to listen on (default: 7860)")
    return parser.parse_args()


def main() -> int:
    cache.keep_compiled_programs()
    try:
        arguments = parse()
        mnist = data.load()
        paths = {title: CHECKPOINTS / name for title, name in SHIPPED.items()}
        if arguments.checkpoint:
            yours = arguments.checkpoint.resolve()
            paths = {f"Yours: {yours.parent.name}/{yours.name}": yours} | paths
        explorers = {title: Explorer(path) for title, path in paths.items()}
    except InputError as error:
        print(f"app.py: error: {error}", file=sys.stderr)
        return 2
    studio = Studio(mnist)

    from gan import ui  # after the checks: importing gradio takes seconds

    try:
        demo = ui.build(explorers, studio)
        address = ui.launch(demo, explorers, arguments.host, arguments.port)
    except InputError as error:
        studio.close()
        print(f"app.py: error: {error}", file=sys.stderr)
        return 2
    print(f"Forger is open at {address}", flush=True)
    try:
        for explorer in explorers.values():
            explorer.warm_up()
        studio.warm_up(get_recipe("fast"))
        demo.block_thread()
    except KeyboardInterrupt:
        demo.close()
    studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
