"""What makes an exported page an app of its own: icons, manifest, service worker, and a Space's README."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gan.networks import images

SHELL = Path(__file__).parent / "shell"
WORKER = "sw.js"
ICON_SIZES = (192, 512)  # pixels: what browsers ask for before they install a page
PAPER, INK, SEAL = (251, 249, 244), (42, 39, 35), (217, 81, 47)  # the colours of shell/colours.css
DIGIT_SHARE = 0.76  # of an icon's width, the picture's own margins included
SEAL_SPAN = (0.71, 0.8)  # where it lies, as shares of the width; what lies farther out, a round mask cuts off
MANIFEST = {
    "name": "Forger",
    "short_name": "Forger",
    "description": "A small neural network that learned to forge handwritten digits, running in this page.",
    "start_url": "./",
    "scope": "./",
    "display": "standalone",
    "background_color": "#fbf9f4",
    "theme_color": "#fbf9f4",
    "icons": [
        {
            "src": f"icons/{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in ICON_SIZES
        for purpose in ("any", "maskable")
    ],
}


def files(digit: np.ndarray) -> dict[str, bytes]:
    """By address: the README that a Space is configured by, the manifest, and the icons.

    Args:
      digit: the picture for the icons, uint8 [28, 28, channels].
    """
    icons = {f"icons/{size}.png": images.png(icon(digit, size)) for size in ICON_SIZES}
    manifest = json.dumps(MANIFEST, indent=2).encode()
    return {"README.md": (SHELL / "space.md").read_bytes(), "manifest.webmanifest": manifest, **icons}


def icon(digit: np.ndarray, size: int) -> Image.Image:
    """A square picture of a digit, size × size pixels: ink on paper, and a seal in the corner."""
    inner = round(DIGIT_SHARE * size)
    pil = images.to_pil(digit, inner)
    square = Image.new("RGB", (size, size), PAPER)
    at = (round(0.08 * size),) * 2  # a little above the middle, and left of it: the seal is at the other end
    if pil.mode == "L":  # light ink on a dark ground: how much ink lies where
        square.paste(Image.new("RGB", pil.size, INK), at, pil)
    else:
        square.paste(pil, at)
    low, high = (round(share * size) for share in SEAL_SPAN)
    ImageDraw.Draw(square).rounded_rectangle((low, low, high, high), radius=size // 50, fill=SEAL)
    return square


def version(contents: Iterable[tuple[str, bytes]]) -> str:
    """A hash of files, by their addresses and contents: another one is another version of the page."""
    digest = hashlib.sha256()
    for address, content in sorted(contents):
        for part in (address.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def service_worker(version: str, addresses: list[str]) -> bytes:
    """The script of this version's service worker, which fetches `addresses` before they are asked for."""
    text = (SHELL / WORKER).read_text(encoding="utf-8")
    before, mark, after = text.partition('{ version: "", addresses: [] }')
    assert mark, "sw.js has no room for what it must know"
    return f"{before}{json.dumps({'version': version, 'addresses': addresses}, indent=2)}{after}".encode()
